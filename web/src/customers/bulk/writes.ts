import { answer, api } from '../../api/client';
import { keys } from '../../api/keys';
import type { Condition, Job } from '../../api/types';
import { useWrite, type WriteHeaders } from '../../api/use-write';

/** As many as one call takes. */
const AT_ONCE = 500;

/** Customers by name, or all that answer a question. */
export type Target = { customerIds: string[] } | { query?: string; where?: Condition };

export interface BulkResult {
  /** Of the customers named: those that were changed. */
  changed: string[];
  /** Of a question: the job that goes on behind. */
  job?: Job;
}

export interface TagWork {
  tagId: string;
  remove: boolean;
  target: Target;
}

export function useApplyTag() {
  return useWrite(
    ({ tagId, remove, target }: TagWork, write) =>
      inParts(target, write, async (part, headers) => {
        const params = { path: { id: tagId } };
        const { results, job } = await answer(
          api.POST('/v1/tags/{id}:apply', { params, body: { ...part, remove }, headers }),
        );
        return { job, changed: changedOf(results, 'APPLIED') };
      }),
    { touches: () => [keys.customers, keys.everyCustomerTags] },
  );
}

export interface AssignWork {
  ownerId: string;
  target: Target;
}

export function useAssignCustomers() {
  return useWrite(
    ({ ownerId, target }: AssignWork, write) =>
      inParts(target, write, async (part, headers) => {
        const { results, job } = await answer(
          api.POST('/v1/customers:assign', { body: { ...part, ownerId }, headers }),
        );
        return { job, changed: changedOf(results, 'ASSIGNED') };
      }),
    { touches: () => [keys.customers, keys.followUps, keys.home] },
  );
}

function changedOf(results: { customerId: string; outcome: string }[], outcome: string): string[] {
  return results.filter((result) => result.outcome === outcome).map(({ customerId }) => customerId);
}

/** Call after call, each under a key of its own that stays the same when all of it is sent again. */
async function inParts(
  target: Target,
  { 'Idempotency-Key': key }: WriteHeaders,
  send: (part: Target, headers: WriteHeaders) => Promise<BulkResult>,
): Promise<BulkResult> {
  if (!('customerIds' in target)) return await send(target, { 'Idempotency-Key': key });
  const changed: string[] = [];
  for (let start = 0; start < target.customerIds.length; start += AT_ONCE) {
    const customerIds = target.customerIds.slice(start, start + AT_ONCE);
    const part = await send({ customerIds }, { 'Idempotency-Key': `${key}.${start}` });
    changed.push(...part.changed);
  }
  return { changed };
}
