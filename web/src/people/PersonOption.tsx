import { PersonName } from './PersonName';
import { useUserOf } from './users';

/** A person in a list to choose from. */
function PersonOption({ id }: { id: string }) {
  return <PersonName user={useUserOf()(id)} />;
}

/** For the `optionRender` of what takes `useUserOptions`. */
export const personOption = ({ value }: { value?: string | number }) => <PersonOption id={String(value)} />;
