import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { Handover, HandoverRule } from '../api/types';
import { useWrite } from '../api/use-write';

const LOOK_AGAIN_MS = 1000;

export const previewQuery = (userId: string, rules: HandoverRule[]) =>
  queryOptions({
    queryKey: [...keys.handovers(userId), 'preview', rules],
    queryFn: ({ signal }) => answer(api.POST('/v1/handovers:preview', { body: { userId, rules }, signal })),
    // It says what would go now.
    staleTime: 0,
  });

export function goesOn({ state }: Handover): boolean {
  return state === 'RUNNING' || state === 'UNDOING';
}

/** The latest handovers of a person, looked at again as long as one goes on. */
export const handoversQuery = (userId: string) =>
  queryOptions({
    queryKey: [...keys.handovers(userId), 'list'],
    queryFn: async ({ signal }) =>
      (await answer(api.GET('/v1/handovers', { params: { query: { userId } }, signal }))).handovers,
    refetchInterval: ({ state: { data } }) => (data?.some(goesOn) ? LOOK_AGAIN_MS : false),
  });

export function useCreateHandover() {
  return useWrite(
    (body: { userId: string; rules: HandoverRule[] }, headers) =>
      answer(api.POST('/v1/handovers', { body, headers })),
    { touches: ({ userId }) => [keys.handovers(userId)] },
  );
}
