import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';

// None of these is sent again by itself: every wrong try counts, and what is answered is shown once.

export interface BothFactors {
  password: string;
  code: string;
}

export const secondFactorQuery = queryOptions({
  queryKey: keys.secondFactor,
  queryFn: ({ signal }) => answer(api.GET('/v1/me/secondFactor', { signal })),
});

export function useEnrolFactor() {
  return useMutation({
    mutationFn: (password: string) => answer(api.POST('/v1/me/secondFactor:enrol', { body: { password } })),
  });
}

export function useConfirmFactor() {
  return useFactorChange((code: string) =>
    answer(api.POST('/v1/me/secondFactor:confirm', { body: { code } })),
  );
}

export function useRenewCodes() {
  return useFactorChange((body: BothFactors) =>
    answer(api.POST('/v1/me/secondFactor:renewRecoveryCodes', { body })),
  );
}

export function useDisableFactor() {
  return useFactorChange((body: BothFactors) => answer(api.POST('/v1/me/secondFactor:disable', { body })));
}

function useFactorChange<Variables, Result>(send: (variables: Variables) => Promise<Result>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: keys.secondFactor });
      void queryClient.invalidateQueries({ queryKey: keys.sessions });
    },
  });
}
