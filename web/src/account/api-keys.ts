import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { ApiKey, ApiKeyInput } from '../api/types';
import { useWrite } from '../api/use-write';

export interface ListedKey extends ApiKey {
  /** When the list was read. */
  expired: boolean;
}

/** One's own keys, or everybody's. */
export function apiKeysQuery(everybodys: boolean) {
  return queryOptions({
    queryKey: everybodys ? keys.everyApiKey : keys.apiKeys,
    queryFn: async ({ signal }): Promise<ListedKey[]> => {
      const list = await (everybodys ? readEverybodys(signal) : readOwn(signal));
      return list.map((key) => ({ ...key, expired: Date.parse(key.expireTime ?? '') <= Date.now() }));
    },
  });
}

async function readOwn(signal: AbortSignal): Promise<ApiKey[]> {
  return (await answer(api.GET('/v1/apiKeys', { signal }))).apiKeys;
}

async function readEverybodys(signal: AbortSignal): Promise<ApiKey[]> {
  const all: ApiKey[] = [];
  let pageToken: string | undefined;
  do {
    const query = { pageSize: 500, pageToken };
    const page = await answer(api.GET('/v1/apiKeys:everybodys', { params: { query }, signal }));
    all.push(...page.apiKeys);
    pageToken = page.nextPageToken || undefined;
  } while (pageToken);
  return all;
}

/** Not sent again by itself: the key is answered once, and nothing of it is kept. */
export function useCreateApiKey() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: ApiKeyInput) => answer(api.POST('/v1/apiKeys', { body })),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: keys.apiKeys });
      void queryClient.invalidateQueries({ queryKey: keys.everyApiKey });
    },
  });
}

interface Revoked {
  id: string;
  /** Of somebody else. */
  userId?: string;
}

export function useRevokeApiKey() {
  return useWrite<Revoked, unknown>(
    ({ id, userId }, headers) =>
      userId === undefined
        ? answer(api.DELETE('/v1/apiKeys/{id}', { params: { path: { id }, header: headers } }))
        : answer(
            api.DELETE('/v1/users/{userId}/apiKeys/{id}', {
              params: { path: { id, userId }, header: headers },
            }),
          ),
    { touches: () => [keys.apiKeys, keys.everyApiKey] },
  );
}
