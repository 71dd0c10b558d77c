import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { Import } from '../api/types';
import { useWrite } from '../api/use-write';
import { nextPage } from '../customers/queries';

const POLL_MS = 500;
const PAGE_SIZE = 50;

export const OUTCOMES = ['REJECTED', 'DUPLICATE', 'FLAGGED', 'ACCEPTED'] as const;
export type Outcome = (typeof OUTCOMES)[number];

const WORKING: Import['state'][] = ['CHECKING', 'RUNNING'];

export function isWorking({ state }: Pick<Import, 'state'>): boolean {
  return WORKING.includes(state);
}

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: keys.import(id),
    queryFn: ({ signal }) => answer(api.GET('/v1/imports/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state: { data } }) => (data && isWorking(data) ? POLL_MS : false),
  });

export const importRowsQuery = (id: string, outcome: Outcome, state: Import['state']) =>
  infiniteQueryOptions({
    // The rows change with the state of their import: running it gives the accepted ones their customers.
    queryKey: [...keys.importRows(id), outcome, state],
    queryFn: async ({ pageParam: pageToken, signal }) => {
      const params = { path: { importId: id }, query: { outcome, pageSize: PAGE_SIZE, pageToken } };
      const page = await answer(api.GET('/v1/imports/{importId}/rows', { params, signal }));
      return { rows: page.rows, nextPageToken: page.nextPageToken };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    staleTime: Infinity,
  });

export function useUploadImport() {
  return useWrite(
    (file: File, headers) =>
      answer(
        api.POST('/v1/imports', {
          headers,
          // The document has the part as a string; a browser sends the file itself, as a form.
          body: { file: file.name },
          bodySerializer: () => {
            const form = new FormData();
            form.append('file', file);
            return form;
          },
        }),
      ),
    { touches: () => [] },
  );
}

export function useRunImport() {
  return useWrite(
    (id: string, headers) =>
      answer(api.POST('/v1/imports/{id}:run', { params: { path: { id } }, body: {}, headers })),
    { touches: (id) => [keys.import(id)] },
  );
}
