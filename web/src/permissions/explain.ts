import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { EffectivePermissions, Explained, Resource } from '../api/types';

export interface Question {
  /** Oneself when absent. */
  userId?: string;
  operation: string;
  /** Whatever record there may be when absent. */
  resource?: Resource;
}

export const explainQuery = (question: Question) =>
  queryOptions({
    queryKey: [...keys.permissions, 'explain', question],
    queryFn: async ({ signal }): Promise<Explained> =>
      answer(
        api.POST('/v1/permissions:explain', {
          body: question,
          headers: { 'Idempotency-Key': crypto.randomUUID() },
          signal,
        }),
      ),
    staleTime: 0,
  });

export const effectiveQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.permissions, 'effective', id],
    queryFn: ({ signal }): Promise<EffectivePermissions> =>
      answer(api.GET('/v1/users/{id}:effectivePermissions', { params: { path: { id } }, signal })),
  });

const RECORD = /^\/v1\/(customers|interactions)\/([0-9a-f-]{36})(?=[/:]|$)/;
const TYPES: Partial<Record<string, string>> = {
  customers: 'customer.customer',
  interactions: 'interaction.interaction',
};

/** The record that a refused call was about, by its path; none when it was about many, or about none. */
export function resourceOf(path: string): Resource | undefined {
  const [, collection = '', id = ''] = RECORD.exec(path) ?? [];
  const type = TYPES[collection];
  return type === undefined ? undefined : { type, id };
}
