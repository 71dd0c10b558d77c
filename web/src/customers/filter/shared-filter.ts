import { useMaySee, useMe } from '../../session/me';
import type { Filter } from './filters';

/** What others own and one sees: of who reaches the own and the shared ones alone, those that are shared. */
export function useSharedFilter(): Filter | undefined {
  const { user, grants } = useMe();
  const maySee = useMaySee();
  const read = grants.find(({ operation }) => operation === 'customer.read');
  if (read?.scope !== 'OWN_AND_SHARED' || !maySee('customer.ownerId')) return undefined;
  return { field: 'ownerId', op: 'not_in', values: [user.id] };
}
