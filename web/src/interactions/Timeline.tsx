import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Empty, Flex, Segmented, Timeline as Stream } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../api/types';
import { Failure } from '../app/Failure';
import { Waiting } from '../app/Loaded';
import { HistoryItem } from '../customers/HistoryItem';
import { historyQuery } from '../customers/queries';
import { useMay } from '../session/me';
import { InteractionItem } from './InteractionItem';
import { interactionsQuery } from './queries';
import { mergeTimeline, type TimelineEntry } from './merge-timeline';

type Kind = 'all' | 'interactions' | 'changes';

/** Contact records and changes of the customer in one stream. */
export function Timeline({ customer, onRecord }: { customer: Customer; onRecord: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const [kind, setKind] = useState<Kind>('all');
  const interactions = useInfiniteQuery({ ...interactionsQuery(customer.id), enabled: kind !== 'changes' });
  const history = useInfiniteQuery({ ...historyQuery(customer.id), enabled: kind !== 'interactions' });
  const wanted = [
    ...(kind === 'changes' ? [] : [interactions]),
    ...(kind === 'interactions' ? [] : [history]),
  ];
  const failed = wanted.filter(({ error }) => error);
  const ready = wanted.every(({ data, error }) => data ?? error);

  const entries = mergeTimeline(
    stream(kind === 'changes' ? undefined : interactions),
    stream(kind === 'interactions' ? undefined : history),
  );
  const more = wanted.filter(({ hasNextPage }) => hasNextPage);
  return (
    <Flex vertical gap={16}>
      <Segmented<Kind>
        className="fit"
        value={kind}
        onChange={setKind}
        options={[
          { value: 'all', label: t('timeline.all') },
          { value: 'interactions', label: t('timeline.interactions') },
          { value: 'changes', label: t('timeline.changes') },
        ]}
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
      <Stream
        items={entries.map((entry) => ({
          key: entry.id,
          color: entry.kind === 'interaction' ? 'blue' : 'gray',
          content: <Entry entry={entry} customer={customer} />,
        }))}
      />
      {more.length > 0 && (
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

function Entry({ entry, customer }: { entry: TimelineEntry; customer: Customer }) {
  if (entry.kind === 'change') return <HistoryItem entry={entry.entry} />;
  return <InteractionItem interaction={entry.interaction} customer={customer} />;
}

interface Paged<T> {
  data?: { pages: { rows: T[] }[] };
  hasNextPage: boolean;
}

function stream<T>(query: Paged<T> | undefined) {
  return {
    rows: query?.data?.pages.flatMap((page) => page.rows) ?? [],
    hasMore: query?.hasNextPage ?? false,
  };
}
