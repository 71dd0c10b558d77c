import { queryOptions, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { User } from '../api/types';

export const usersQuery = queryOptions({
  queryKey: keys.users,
  queryFn: async ({ signal }) => {
    const users: User[] = [];
    let pageToken: string | undefined;
    do {
      const query = { pageSize: 500, pageToken };
      const page = await answer(api.GET('/v1/users', { params: { query }, signal }));
      users.push(...page.users);
      pageToken = page.nextPageToken || undefined;
    } while (pageToken);
    return new Map(users.map((user) => [user.id, user]));
  },
  staleTime: 10 * 60_000,
});

/** A person by id; nobody as long as it is unknown. */
export function useUserOf(): (id: string) => User | undefined {
  const { data } = useQuery(usersQuery);
  return useCallback((id) => data?.get(id), [data]);
}

/** The name of a person by id; empty as long as it is unknown. */
export function useUserName(): (id: string) => string {
  const { data } = useQuery(usersQuery);
  return useCallback((id) => data?.get(id)?.displayName ?? '', [data]);
}

/** People to choose from, by name. */
export function useUserOptions(): { value: string; label: string }[] {
  const { data } = useQuery(usersQuery);
  return useMemo(
    () => [...(data?.values() ?? [])].map(({ id, displayName }) => ({ value: id, label: displayName })),
    [data],
  );
}
