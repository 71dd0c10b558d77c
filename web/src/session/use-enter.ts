import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import { safePath } from './safe-path';

/** Lets in who has just signed in, to the page that they had asked for; nothing of somebody before is kept. */
export function useEnter(): (from: string | null) => void {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return useCallback(
    (from) => {
      queryClient.clear();
      void navigate(safePath(from), { replace: true });
    },
    [navigate, queryClient],
  );
}
