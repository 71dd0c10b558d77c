import { useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { Import, ImportRow } from '../api/types';
import { useWrite } from '../api/use-write';
import { importQuery, useShowRows } from './queries';

const everything = (id: string) => [keys.import(id), keys.importRows(id), keys.importList];

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
    { touches: () => [keys.importList] },
  );
}

interface ImportChange {
  record: Import;
  columns?: Import['columns'];
  duplicatePolicy?: Import['duplicatePolicy'];
}

/** Maps the columns anew or chooses what becomes of duplicates; the rows are checked again. */
export function useChangeImport() {
  const queryClient = useQueryClient();
  return useWrite(
    ({ record: { id, etag }, ...body }: ImportChange, write) =>
      answer(
        api.PATCH('/v1/imports/{id}', {
          params: { path: { id }, query: { updateMask: Object.keys(body).join(',') } },
          headers: { ...write, 'If-Match': etag },
          body,
        }),
      ),
    {
      touches: ({ record: { id } }) => [keys.importRows(id), keys.importList],
      // At once, so that nobody looks at rows that are being checked anew.
      onSuccess: (record) => queryClient.setQueryData(importQuery(record.id).queryKey, record),
    },
  );
}

type Fix = { row: number; values: ImportRow['values'] } | { row: number; drop: boolean };

/** Corrects cells of checked rows, or drops rows. */
export function useFixRows(importId: string) {
  const show = useShowRows(importId);
  return useWrite(
    (fixes: Fix[], headers) =>
      answer(
        api.POST('/v1/imports/{importId}/rows:fix', {
          params: { path: { importId } },
          body: { fixes },
          headers,
        }),
      ),
    {
      touches: () => [keys.importList],
      onSuccess: ({ import: record, rows }) => show(record, rows),
    },
  );
}

export function useRunImport() {
  return useWrite(
    (id: string, headers) =>
      answer(api.POST('/v1/imports/{id}:run', { params: { path: { id } }, body: {}, headers })),
    { touches: everything },
  );
}

export function useCancelImport() {
  return useWrite(
    (id: string, headers) =>
      answer(api.POST('/v1/imports/{id}:cancel', { params: { path: { id } }, body: {}, headers })),
    { touches: everything },
  );
}

export function useRevertImport() {
  return useWrite(
    (id: string, headers) =>
      answer(api.POST('/v1/imports/{id}:revert', { params: { path: { id } }, body: {}, headers })),
    { touches: everything },
  );
}
