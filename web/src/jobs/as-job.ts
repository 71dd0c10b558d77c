import type { Handover, Job } from '../api/types';

const COUNTS = ['total', 'progress', 'changed', 'unchanged', 'refused'] as const;

/** A handover as one job: the services' parts together. */
export function asJob(handover: Handover): Job {
  const { id, state, authorId, createTime, finishTime, parts } = handover;
  const sum = (count: (typeof COUNTS)[number]) =>
    parts.reduce((all, { job }) => all + (job?.[count] ?? 0), 0);
  const counts = Object.fromEntries(COUNTS.map((count) => [count, sum(count)])) as Pick<
    Job,
    (typeof COUNTS)[number]
  >;
  return { id, kind: 'handover', state, authorId, createTime, finishTime, ...counts };
}
