import { infiniteQueryOptions, type QueryClient, queryOptions, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { Import, ImportRow } from '../api/types';
import { type Page, nextPage } from '../customers/queries';

const POLL_MS = 500;
const PAGE_SIZE = 50;
const SAMPLE_ROWS = 5;

export const OUTCOMES = ['REJECTED', 'DUPLICATE', 'FLAGGED', 'ACCEPTED', 'DROPPED'] as const;
/** What becomes of a row; `ALL` asks for every row. */
export type Outcome = (typeof OUTCOMES)[number] | 'ALL';

const WORKING: Import['state'][] = ['CHECKING', 'RUNNING', 'REVERTING'];

export function isWorking({ state }: Pick<Import, 'state'>): boolean {
  return WORKING.includes(state);
}

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: keys.import(id),
    queryFn: ({ signal }) => answer(api.GET('/v1/imports/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state: { data } }) => (data && isWorking(data) ? POLL_MS : false),
  });

export const importsQuery = infiniteQueryOptions({
  queryKey: keys.importList,
  queryFn: async ({ pageParam: pageToken, signal }) => {
    const query = { pageSize: 20, pageToken };
    const page = await answer(api.GET('/v1/imports', { params: { query }, signal }));
    return { rows: page.imports, nextPageToken: page.nextPageToken };
  },
  initialPageParam: undefined as string | undefined,
  getNextPageParam: nextPage,
});

export const importRowsQuery = (id: string, outcome: Outcome, state: Import['state']) =>
  infiniteQueryOptions({
    // The rows change with the state of their import: running it gives the accepted ones their customers.
    queryKey: [...keys.importRows(id), outcome, state],
    queryFn: ({ pageParam: pageToken, signal }) =>
      rowsPage(
        id,
        { outcome: outcome === 'ALL' ? undefined : outcome, pageSize: PAGE_SIZE, pageToken },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    staleTime: Infinity,
  });

/** A few rows of the file, to see what its columns hold. */
export const sampleRowsQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.importRows(id), 'sample'],
    queryFn: async ({ signal }) => (await rowsPage(id, { pageSize: SAMPLE_ROWS }, signal)).rows,
    staleTime: Infinity,
  });

/** Rows that a revert left. */
export const keptRowsQuery = ({ id, state }: Import) =>
  infiniteQueryOptions({
    queryKey: [...keys.importRows(id), 'kept', state],
    queryFn: ({ pageParam: pageToken, signal }) =>
      rowsPage(id, { kept: true, pageSize: PAGE_SIZE, pageToken }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    staleTime: Infinity,
  });

interface RowsQuestion {
  outcome?: Exclude<Outcome, 'ALL'> | undefined;
  kept?: boolean;
  pageSize: number;
  pageToken?: string | undefined;
}

async function rowsPage(
  importId: string,
  query: RowsQuestion,
  signal: AbortSignal,
): Promise<Page<ImportRow>> {
  const params = { path: { importId }, query };
  const page = await answer(api.GET('/v1/imports/{importId}/rows', { params, signal }));
  return { rows: page.rows, nextPageToken: page.nextPageToken };
}

interface RowPages {
  pages: Page<ImportRow>[];
}

/** Puts rows as they are now where they are shown: a row that is mended stays in sight until the list is read anew. */
export function useShowRows(id: string): (record: Import, rows: ImportRow[]) => void {
  const queryClient = useQueryClient();
  return (record, rows) => {
    const now = new Map(rows.map((row) => [row.row, row]));
    queryClient.setQueryData(importQuery(id).queryKey, record);
    const shown = { queryKey: keys.importRows(id), type: 'active' } as const;
    queryClient.setQueriesData<RowPages | ImportRow[]>(shown, (before) =>
      before && 'pages' in before
        ? {
            ...before,
            pages: before.pages.map((page) => ({
              ...page,
              rows: page.rows.map((row) => now.get(row.row) ?? row),
            })),
          }
        : before,
    );
    forgetHiddenRows(queryClient, id);
  };
}

function forgetHiddenRows(queryClient: QueryClient, id: string): void {
  void queryClient.invalidateQueries({ queryKey: keys.importRows(id), type: 'inactive' });
}
