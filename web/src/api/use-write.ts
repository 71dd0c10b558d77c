import { type QueryKey, useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { useRef } from 'react';
import { isTransient, type ProblemError, retryDelayMs } from './problem';
import { callStale } from './stale';

/** Headers that make a write safe to repeat. */
export type WriteHeaders = Record<'Idempotency-Key', string>;

interface WriteOptions<Variables, Result> {
  /** What the write makes stale. */
  touches: (variables: Variables, result: Result) => QueryKey[];
  onSuccess?: (result: Result, variables: Variables) => void;
}

export type Write<Variables, Result> = UseMutationResult<Result, ProblemError, Variables>;

/**
 * The one way to write. The idempotency key stays the same while the same content is sent again, so that a lost
 * answer never makes a second record; other content gets another key.
 */
export function useWrite<Variables, Result>(
  send: (variables: Variables, headers: WriteHeaders) => Promise<Result>,
  options: WriteOptions<Variables, Result>,
): Write<Variables, Result> {
  const queryClient = useQueryClient();
  const pending = useRef<{ content: string; key: string } | undefined>(undefined);
  return useMutation<Result, ProblemError, Variables>({
    mutationFn: (variables) => {
      const content = fingerprint(variables);
      // What takes nothing has no content either.
      if (!pending.current || pending.current.content !== content)
        pending.current = { content, key: crypto.randomUUID() };
      return send(variables, { 'Idempotency-Key': pending.current.key });
    },
    retry: (count, error) => count < 2 && isTransient(error),
    retryDelay: retryDelayMs,
    onSuccess: (result, variables) => {
      pending.current = undefined;
      for (const queryKey of options.touches(variables, result)) void callStale(queryClient, queryKey);
      options.onSuccess?.(result, variables);
    },
  });
}

export function fingerprint(variables: unknown): string {
  return JSON.stringify(variables, (_key, value: unknown) =>
    value instanceof File ? [value.name, value.size, value.lastModified] : value,
  );
}
