import { useSyncExternalStore } from 'react';

/** Work on many records that somebody began here, followed until its card is closed. */
export interface FollowedJob {
  id: string;
  /** Whose job it is: that service answers how far it is. */
  service: 'tags' | 'customers' | 'handovers';
  work: 'tag' | 'untag' | 'assign' | 'along' | 'handOver';
  /** The tag, the new owner, or who hands over. */
  name: string;
}

const STORED = 'cims.jobs';
let followed: readonly FollowedJob[] = stored();
const listeners = new Set<() => void>();

function keep(next: readonly FollowedJob[]): void {
  followed = next;
  sessionStorage.setItem(STORED, JSON.stringify(next));
  for (const listener of listeners) listener();
}

export function followJob(job: FollowedJob): void {
  keep([...followed.filter(({ id }) => id !== job.id), job]);
}

export function forgetJob(id: string): void {
  keep(followed.filter((job) => job.id !== id));
}

export function useFollowedJobs(): readonly FollowedJob[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => followed,
  );
}

/** It goes on behind while the page is loaded again. */
function stored(): readonly FollowedJob[] {
  try {
    return JSON.parse(sessionStorage.getItem(STORED) ?? '[]') as FollowedJob[];
  } catch {
    return [];
  }
}
