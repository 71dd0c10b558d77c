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

/** How soon what may be behind is read again, in milliseconds. */
const STALE_AGAIN_MS = 5_000;

interface Stale {
  mayBeStale?: boolean;
}

interface Read {
  state: { data?: unknown };
}

/** The interval of a list that may be behind. A long one is not read again by itself here either. */
export const whileListStale = ({ state: { data } }: Read) => {
  const pages = pagesOf(data) as Stale[];
  return pages.length < LONG_LIST_PAGES && pages.some(({ mayBeStale }) => mayBeStale)
    ? STALE_AGAIN_MS
    : false;
};

/** The same of a single record. */
export const whileRecordStale = ({ state: { data } }: Read) =>
  (data as Stale | undefined)?.mayBeStale ? STALE_AGAIN_MS : false;

function isShort({ state: { data } }: Query): boolean {
  return pagesOf(data).length < LONG_LIST_PAGES;
}

function pagesOf(data: unknown): unknown[] {
  return (data as { pages?: unknown[] } | undefined)?.pages ?? [];
}
