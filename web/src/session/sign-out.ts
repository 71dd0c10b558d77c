import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { answer, api } from '../api/client';
import { problemOf } from '../api/problem';

export function useSignOut() {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      try {
        await answer(api.DELETE('/v1/sessions/current'));
      } catch (error) {
        // Signed out already is what was wanted.
        if (problemOf(error).status !== 401) throw error;
      }
    },
    onSuccess: async () => {
      await navigate('/sign-in', { replace: true });
      queryClient.clear();
    },
  });
}
