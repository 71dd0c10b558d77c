import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';

/** With whom a customer is shared; who may not share it sees the own share alone. */
export const sharesQuery = (customerId: string) =>
  queryOptions({
    queryKey: keys.shares(customerId),
    queryFn: async ({ signal }) =>
      (
        await answer(
          api.GET('/v1/customers/{customerId}/shares', { params: { path: { customerId } }, signal }),
        )
      ).shares,
  });
