import type { Query, QueryClient, QueryKey } from '@tanstack/react-query';

/** Somebody who scrolled this far down a list is told that it changed, instead of every page being read again. */
const LONG_LIST_PAGES = 4;

/** Calls stale what the key names, and reads again what of it is in sight. */
export async function callStale(
  queryClient: Pick<QueryClient, 'invalidateQueries' | 'refetchQueries'>,
  queryKey: QueryKey,
): Promise<void> {
  await queryClient.invalidateQueries({ queryKey, refetchType: 'none' });
  await queryClient.refetchQueries({ queryKey, stale: true, type: 'active', predicate: isShort });
}

function isShort({ state: { data } }: Query): boolean {
  const pages = (data as { pages?: unknown[] } | undefined)?.pages ?? [];
  return pages.length < LONG_LIST_PAGES;
}
