import { useMay, useMaySee } from '../session/me';

/** Says whether there are follow-ups for the reader: to whom the next contact's time is hidden, no list shows any. */
export function useSeesFollowUps(): boolean {
  const [may, maySee] = [useMay(), useMaySee()];
  return may('interaction.read') && maySee('interaction.nextContactTime');
}
