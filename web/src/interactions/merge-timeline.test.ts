import { describe, expect, it } from 'vitest';
import type { HistoryEntry, Interaction } from '../api/types';
import { historyEntry, interactionEntry, mergeTimeline } from './merge-timeline';

const day = (number: number) => `2026-03-${String(number).padStart(2, '0')}T08:00:00Z`;
const interaction = (number: number) =>
  interactionEntry({ id: `i${number}`, occurTime: day(number) } as Interaction);
const change = (number: number) =>
  historyEntry('change', { id: `h${number}`, time: day(number) } as HistoryEntry);
const tags = (number: number) =>
  historyEntry('tags', { id: `t${number}`, time: day(number) } as HistoryEntry);

function ids(
  interactions: number[],
  moreInteractions: boolean,
  changes: number[],
  moreChanges: boolean,
): string[] {
  return mergeTimeline([
    { entries: interactions.map(interaction), hasMore: moreInteractions },
    { entries: changes.map(change), hasMore: moreChanges },
  ]).map(({ id }) => id);
}

describe('mergeTimeline', () => {
  it('orders all streams by time, newest first', () => {
    expect(ids([9, 5], false, [7, 1], false)).toEqual(['i9', 'h7', 'i5', 'h1']);
    const three = [interaction(4), change(6), tags(5)].map((entry) => ({ entries: [entry], hasMore: false }));
    expect(mergeTimeline(three).map(({ id }) => id)).toEqual(['h6', 't5', 'i4']);
  });

  it('holds back what may stand below unread rows of another stream', () => {
    expect(ids([9, 6], true, [7, 3], false)).toEqual(['i9', 'h7', 'i6']);
    expect(ids([9, 1], true, [7, 3], true)).toEqual(['i9', 'h7', 'h3']);
  });

  it('shows a stream that ended to its end', () => {
    expect(ids([], false, [4, 2], false)).toEqual(['h4', 'h2']);
  });
});
