import { queryOptions, useMutation } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';

/** The page that was asked for; of this tab alone, and gone with it. */
const FROM = 'cims.from';

/** Whether one can sign in by a provider, and what it is called. */
export const externalQuery = queryOptions({
  queryKey: keys.externalSignIn,
  queryFn: ({ signal }) => answer(api.GET('/v1/externalSignIn', { signal })),
  staleTime: Infinity,
  retry: false,
});

/** Leaves for the provider, which sends the browser back to the page of `finishQuery`. */
export function useLeaveForProvider() {
  return useMutation({
    mutationFn: async (from: string) => {
      const { url } = await answer(api.POST('/v1/externalSignIn:begin', { body: {} }));
      sessionStorage.setItem(FROM, from);
      window.location.assign(url);
    },
  });
}

/** Where one wanted to go before one left. */
export function wantedPath(): string | null {
  return sessionStorage.getItem(FROM);
}

/** Works once: a query, so that drawing the page twice asks once. */
export const finishQuery = (code: string, state: string) =>
  queryOptions({
    queryKey: keys.externalFinish(state),
    queryFn: () => answer(api.POST('/v1/externalSignIn:finish', { body: { code, state } })),
    staleTime: Infinity,
    retry: false,
  });

/**
 * Where one signs out at the provider, too; empty when one did not come by it. That it is not told does not keep anybody
 * from signing out here.
 */
export async function externalSignOut(): Promise<string> {
  try {
    return (await answer(api.GET('/v1/me/externalSignOut'))).url;
  } catch {
    return '';
  }
}
