import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { Condition, User } from '../api/types';

/** What somebody owns that belongs to another department than the person's. */
export function leftBehind({ id, departmentId }: Pick<User, 'id' | 'departmentId'>): Condition {
  const elsewhere = departmentId
    ? { field: 'departmentId', op: 'not_in', value: [departmentId] }
    : { field: 'departmentId', op: 'not_empty' };
  return { and: [{ field: 'ownerId', op: 'in', value: [id] }, elsewhere] };
}

/** How many these are. */
export const leftBehindQuery = (user: User) =>
  queryOptions({
    queryKey: [...keys.customerLists, 'leftBehind', user.id, user.departmentId],
    queryFn: async ({ signal }) => {
      const body = { where: leftBehind(user), pageSize: 1, total: 'exact' };
      return (await answer(api.POST('/v1/customers:search', { body, signal }))).totalSize ?? 0;
    },
  });
