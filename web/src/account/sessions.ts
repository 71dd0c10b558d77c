import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import { useWrite } from '../api/use-write';

export const sessionsQuery = queryOptions({
  queryKey: keys.sessions,
  queryFn: async ({ signal }) => (await answer(api.GET('/v1/sessions', { signal }))).sessions,
});

export function useEndSession() {
  return useWrite<string, unknown>(
    (id) => answer(api.DELETE('/v1/sessions/{id}', { params: { path: { id } } })),
    { touches: () => [keys.sessions] },
  );
}

export function useEndOthers() {
  return useWrite<undefined, { endedCount: number }>(
    () => answer(api.POST('/v1/sessions:endOthers', { body: {} })),
    { touches: () => [keys.sessions] },
  );
}
