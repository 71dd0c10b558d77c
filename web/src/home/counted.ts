import { useCallback } from 'react';
import type { Filter } from '../customers/filter/filters';
import { customersWhere } from '../customers/filter/link';
import { useCounted, useMe } from '../session/me';

/** Leads to the customers that a figure counts by these filters; nowhere when no list says the same. */
export function useCountedCustomers(): (...filters: Filter[]) => string | undefined {
  const { user } = useMe();
  const { own, exact } = useCounted('customer.read');
  return useCallback(
    (...filters) => {
      const owned: Filter[] = own ? [{ field: 'ownerId', op: 'in', values: [user.id] }] : [];
      return exact ? customersWhere(...filters, ...owned) : undefined;
    },
    [own, exact, user.id],
  );
}

/** The same of contact records and follow-ups, whose list is at an address with a question. */
export function useCountedContacts(): (list: string) => string | undefined {
  const { own, exact } = useCounted('interaction.read');
  return useCallback((list) => (exact ? `${list}${own ? '&own=true' : ''}` : undefined), [own, exact]);
}
