import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { answer, api } from '../api/client';
import { problemOf } from '../api/problem';
import { externalSignOut } from './external';

/** Ends the session; whoever came by a provider is led to its page, to sign out there, too. */
export function useSignOut() {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      // Known as long as the session lives.
      const url = await externalSignOut();
      try {
        await answer(api.DELETE('/v1/sessions/current'));
      } catch (error) {
        // Signed out already is what was wanted.
        if (problemOf(error).status !== 401) throw error;
      }
      return url;
    },
    onSuccess: async (url) => {
      await navigate('/sign-in', { replace: true });
      queryClient.clear();
      if (url !== '') window.location.assign(url);
    },
  });
}
