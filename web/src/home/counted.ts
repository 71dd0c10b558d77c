import type { Filter } from '../customers/filter/filters';
import { useCountsOwn, useMe } from '../session/me';

/** What narrows a list of customers to those that the reader's figures count. */
export function useCountedFilters(): Filter[] {
  const { user } = useMe();
  return useCountsOwn() ? [{ field: 'ownerId', op: 'in', values: [user.id] }] : [];
}
