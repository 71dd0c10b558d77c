import type { HistoryEntry, Interaction } from '../api/types';

export type TimelineEntry =
  | { kind: 'interaction'; time: string; id: string; interaction: Interaction }
  | { kind: 'change' | 'tags'; time: string; id: string; entry: HistoryEntry };

export interface Stream {
  entries: TimelineEntry[];
  /** More follow on the server, all of them older. */
  hasMore: boolean;
}

export function interactionEntry(interaction: Interaction): TimelineEntry {
  const time = interaction.occurTime ?? interaction.createTime ?? '';
  return { kind: 'interaction', time, id: interaction.id, interaction };
}

export function historyEntry(kind: 'change' | 'tags', entry: HistoryEntry): TimelineEntry {
  return { kind, time: entry.time, id: entry.id, entry };
}

/**
 * One stream out of several that are read by pages, newest first. What lies below the last row read of a stream that
 * goes on is held back: an unread row of that stream may belong above it.
 */
export function mergeTimeline(streams: Stream[]): TimelineEntry[] {
  const horizons = streams.map(({ entries, hasMore }) =>
    hasMore ? instant(entries.at(-1)) : Number.NEGATIVE_INFINITY,
  );
  const horizon = Math.max(Number.NEGATIVE_INFINITY, ...horizons);
  return streams
    .flatMap(({ entries }) => entries)
    .filter((entry) => instant(entry) >= horizon)
    .toSorted((a, b) => instant(b) - instant(a));
}

function instant(entry: TimelineEntry | undefined): number {
  return entry ? Date.parse(entry.time) : Number.POSITIVE_INFINITY;
}
