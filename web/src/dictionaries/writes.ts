import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import { useWrite } from '../api/use-write';

/** With the number of records that have each entry; for who manages dictionaries. */
export const countedDictionariesQuery = queryOptions({
  queryKey: [...keys.dictionaries, 'counted'],
  queryFn: async ({ signal }) =>
    (await answer(api.GET('/v1/dictionaries', { params: { query: { counts: true } }, signal }))).dictionaries,
});

const touches = () => [keys.dictionaries];

interface Labels {
  labelZh: string;
  labelEn: string;
}

interface Entry {
  dictionary: string;
  code: string;
}

export function useCreateEntry() {
  return useWrite(
    ({ dictionary, ...body }: Entry & Labels, headers) =>
      answer(
        api.POST('/v1/dictionaries/{dictionary}/items', {
          params: { path: { dictionary } },
          headers,
          body,
        }),
      ),
    { touches },
  );
}

export function useRenameEntry() {
  return useWrite(
    ({ dictionary, code, ...body }: Entry & Labels, headers) =>
      answer(
        api.PATCH('/v1/dictionaries/{dictionary}/items/{code}', {
          params: { path: { dictionary, code } },
          headers,
          body,
        }),
      ),
    { touches },
  );
}

export function useRetireEntry() {
  return useWrite(
    ({ retired, ...path }: Entry & { retired: boolean }, headers) => {
      const options = { params: { path }, body: {}, headers };
      return retired
        ? answer(api.POST('/v1/dictionaries/{dictionary}/items/{code}:retire', options))
        : answer(api.POST('/v1/dictionaries/{dictionary}/items/{code}:unretire', options));
    },
    { touches },
  );
}

export function useDeleteEntry() {
  return useWrite(
    (path: Entry, headers) =>
      answer(
        api.DELETE('/v1/dictionaries/{dictionary}/items/{code}', { params: { path }, headers }),
      ),
    { touches },
  );
}

export function useReorderEntries() {
  return useWrite(
    ({ dictionary, codes }: { dictionary: string; codes: string[] }, headers) =>
      answer(
        api.POST('/v1/dictionaries/{dictionary}:reorder', {
          params: { path: { dictionary } },
          headers,
          body: { codes },
        }),
      ),
    { touches },
  );
}
