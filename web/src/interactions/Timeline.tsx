import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Empty, Flex, Segmented, Timeline as Points } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../api/types';
import { Failure } from '../app/Failure';
import { Waiting } from '../app/Loaded';
import { HistoryItem } from '../customers/HistoryItem';
import { historyQuery } from '../customers/queries';
import { useMay } from '../session/me';
import { tagHistoryQuery } from '../tags/queries';
import { TagChangeItem } from '../tags/TagChangeItem';
import { InteractionItem } from './InteractionItem';
import { interactionsQuery } from './queries';
import {
  historyEntry,
  interactionEntry,
  mergeTimeline,
  type Stream,
  type TimelineEntry,
} from './merge-timeline';

const KINDS = ['all', 'interactions', 'changes', 'tags'] as const;
type Kind = (typeof KINDS)[number];

const COLORS = { interaction: 'blue', change: 'gray', tags: 'green' };

/** Contact records, changes of fields and of tags in one stream. */
export function Timeline({ customer, onRecord }: { customer: Customer; onRecord: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const [kind, setKind] = useState<Kind>('all');
  // What the reader may not read is not asked for.
  const kinds = may('interaction.read') ? KINDS : KINDS.filter((one) => one !== 'interactions');
  const { queries, streams } = useStreams(customer.id, kind, kinds);
  const failed = queries.filter(({ error }) => error);
  const ready = queries.every(({ isPending }) => !isPending);
  const more = queries.filter(({ hasNextPage }) => hasNextPage);
  const entries = mergeTimeline(streams);
  return (
    <Flex vertical gap={16}>
      <Segmented<Kind>
        size="small"
        className="fit"
        aria-label={t('timeline.kind')}
        value={kind}
        onChange={setKind}
        options={kinds.map((value) => ({ value, label: t(`timeline.${value}`) }))}
      />
      {failed.map(({ error, refetch }, index) => (
        <Failure key={index} error={error} onRetry={() => void refetch()} />
      ))}
      {!ready && <Waiting />}
      {ready && entries.length === 0 && failed.length === 0 && (
        <Empty description={t('timeline.empty')}>
          {customer.deleteTime === undefined && may('interaction.create', customer.ownerId) && (
            <Button type="primary" onClick={onRecord}>
              {t('interaction.record')}
            </Button>
          )}
        </Empty>
      )}
      {ready && entries.length > 0 && (
        <Points
          items={entries.map((entry) => ({
            key: entry.id,
            color: COLORS[entry.kind],
            content: <Entry entry={entry} customer={customer} />,
          }))}
        />
      )}
      {ready && more.length > 0 && (
        <Button
          loading={more.some(({ isFetchingNextPage }) => isFetchingNextPage)}
          onClick={() => more.forEach((query) => void query.fetchNextPage())}
        >
          {t('list.more')}
        </Button>
      )}
    </Flex>
  );
}

/** What of the three is wanted, each read by pages of its own. */
function useStreams(customerId: string, kind: Kind, kinds: readonly Kind[]) {
  const wants = (one: Kind) => kinds.includes(one) && (kind === 'all' || kind === one);
  const interactions = useInfiniteQuery({ ...interactionsQuery(customerId), enabled: wants('interactions') });
  const changes = useInfiniteQuery({ ...historyQuery(customerId), enabled: wants('changes') });
  const tags = useInfiniteQuery({ ...tagHistoryQuery(customerId), enabled: wants('tags') });
  const streams: Stream[] = [];
  if (wants('interactions')) streams.push(streamOf(interactions, interactionEntry));
  if (wants('changes')) streams.push(streamOf(changes, (entry) => historyEntry('change', entry)));
  if (wants('tags')) streams.push(streamOf(tags, (entry) => historyEntry('tags', entry)));
  const queries = [
    ...(wants('interactions') ? [interactions] : []),
    ...(wants('changes') ? [changes] : []),
    ...(wants('tags') ? [tags] : []),
  ];
  return { queries, streams };
}

function streamOf<T>(query: Paged<T>, entryOf: (row: T) => TimelineEntry): Stream {
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  return { entries: rows.map(entryOf), hasMore: query.hasNextPage };
}

interface Paged<T> {
  data?: { pages: { rows: T[] }[] };
  hasNextPage: boolean;
}

function Entry({ entry, customer }: { entry: TimelineEntry; customer: Customer }) {
  switch (entry.kind) {
    case 'interaction':
      return <InteractionItem interaction={entry.interaction} customer={customer} />;
    case 'change':
      return <HistoryItem entry={entry.entry} />;
    case 'tags':
      return <TagChangeItem entry={entry.entry} />;
  }
}
