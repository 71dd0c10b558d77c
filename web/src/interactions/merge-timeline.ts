import type { HistoryEntry, Interaction } from '../api/types';

export type TimelineEntry =
  | { kind: 'interaction'; time: string; id: string; interaction: Interaction }
  | { kind: 'change'; time: string; id: string; entry: HistoryEntry };

interface Stream<T> {
  rows: T[];
  /** More rows follow on the server, all of them older. */
  hasMore: boolean;
}

/**
 * One stream out of two that are read by pages, newest first. What lies below the last row read of a stream that
 * goes on is held back: an unread row of that stream may belong above it.
 */
export function mergeTimeline(
  interactions: Stream<Interaction>,
  history: Stream<HistoryEntry>,
): TimelineEntry[] {
  const contacts = interactions.rows.map((interaction): TimelineEntry => {
    const time = interaction.occurTime ?? interaction.createTime ?? '';
    return { kind: 'interaction', time, id: interaction.id, interaction };
  });
  const changes = history.rows.map((entry): TimelineEntry => {
    return { kind: 'change', time: entry.time, id: entry.id, entry };
  });
  const horizon = Math.max(
    interactions.hasMore ? instant(contacts.at(-1)) : Number.NEGATIVE_INFINITY,
    history.hasMore ? instant(changes.at(-1)) : Number.NEGATIVE_INFINITY,
  );
  return [...contacts, ...changes]
    .filter((entry) => instant(entry) >= horizon)
    .toSorted((a, b) => instant(b) - instant(a));
}

function instant(entry: TimelineEntry | undefined): number {
  return entry ? Date.parse(entry.time) : Number.POSITIVE_INFINITY;
}
