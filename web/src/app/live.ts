import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { keys } from '../api/keys';
import { callStale } from '../api/stale';
import type { Notice } from '../api/types';
import { followNotices, RESET } from './live-stream';

const GATHER_MS = 100;

/** What a change elsewhere makes stale here. */
export function staleKeys({ type, id = '' }: Notice): QueryKey[] {
  if (type === RESET.type) return [[]];
  if (type.startsWith('reporting.')) return [keys.home];
  if (type.startsWith('customer.customer.'))
    return [keys.customerLists, keys.customerSearches, keys.customer(id), keys.history(id)];
  if (type.startsWith('customer.contact.'))
    return [keys.everyContacts, keys.everyCustomer, keys.everyHistory];
  // Whom it concerns reaches a customer more, or one less, and all that hangs on it.
  if (type.startsWith('customer.share.'))
    return [
      keys.customerLists,
      keys.customerSearches,
      keys.everyCustomer,
      keys.everyShares,
      keys.everyHistory,
      keys.everyInteractions,
      keys.followUps,
    ];
  if (type.startsWith('customer.import.')) return [keys.import(id), keys.importList];
  if (type.startsWith('identity.user.')) return [keys.people, keys.users, keys.permissions];
  if (type.startsWith('identity.handover.')) return [keys.job(id)];
  if (type.startsWith('identity.role.')) return [keys.roles, keys.permissions];
  if (type.startsWith('identity.department.')) return [keys.departments, keys.permissions];
  if (type.startsWith('identity.post.')) return [keys.posts];
  if (type.startsWith('delivery.')) return [keys.deliveries];
  if (type.startsWith('dictionary.')) return [keys.dictionaries];
  if (type.startsWith('interaction.'))
    return [keys.everyInteractions, keys.followUps, keys.everyCustomer, keys.customerLists];
  if (type.startsWith('tagging.customerTags.'))
    return [keys.tagList, keys.customerTags(id), keys.customer(id), keys.customerLists];
  if (type.startsWith('tagging.'))
    return [keys.tags, keys.everyCustomerTags, keys.everyCustomer, keys.customerLists];
  return [];
}

/**
 * Gathers messages for a moment, then calls stale what they concern. A query that is being read again is left to
 * finish before the next round, so that a flood (an import) neither starves it nor asks without end.
 */
export class StaleGatherer {
  private readonly waiting = new Map<string, QueryKey>();
  private readonly running = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly queryClient: Pick<QueryClient, 'invalidateQueries' | 'refetchQueries'>) {}

  add(queryKeys: QueryKey[]): void {
    for (const queryKey of queryKeys) this.waiting.set(JSON.stringify(queryKey), queryKey);
    if (this.waiting.size > 0) this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting.clear();
  }

  private flush(): void {
    this.timer = undefined;
    for (const [name, queryKey] of this.waiting) {
      if (this.running.has(name)) continue;
      this.waiting.delete(name);
      this.running.add(name);
      void callStale(this.queryClient, queryKey).finally(() => {
        this.running.delete(name);
        if (this.waiting.has(name)) this.add([]);
      });
    }
  }
}

/** Keeps what is shown up to date as long as the component stands. */
export function useLive(): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    const gatherer = new StaleGatherer(queryClient);
    const stopFollowing = followNotices((notice) => gatherer.add(staleKeys(notice)));
    return () => {
      stopFollowing();
      gatherer.stop();
    };
  }, [queryClient]);
}
