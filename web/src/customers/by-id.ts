import { queryOptions, useQueries, type UseQueryResult } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { Customer } from '../api/types';

const customersByIdQuery = (ids: string[]) => {
  const value = [...new Set(ids)].toSorted();
  return queryOptions({
    queryKey: [...keys.customerSearches, 'ids', ...value],
    queryFn: async ({ signal }) => {
      const body = { where: { field: 'id', op: 'in', value }, pageSize: value.length };
      const { results } = await answer(api.POST('/v1/customers:search', { body, signal }));
      return results.map(({ customer }) => customer);
    },
    enabled: value.length > 0,
    staleTime: 60_000,
  });
};

/** The customers that lists of other records name by their ids: one call for each page of such a list. */
export function useCustomersById(idsOfPages: string[][]): ReadonlyMap<string, Customer> {
  return useQueries({ queries: idsOfPages.map(customersByIdQuery), combine: byId });
}

function byId(queries: UseQueryResult<Customer[]>[]): ReadonlyMap<string, Customer> {
  return new Map(queries.flatMap(({ data }) => data ?? []).map((customer) => [customer.id, customer]));
}
