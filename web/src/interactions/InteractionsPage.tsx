import './interactions.css';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Card, Empty, Flex, Grid, Typography } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Loaded } from '../app/Loaded';
import { formatCount } from '../app/format';
import { Stale } from '../app/Stale';
import { PageTitle } from '../app/text';
import { useCustomersById } from '../customers/by-id';
import { LoadMore, moreOf } from '../customers/LoadMore';
import { asked, type FilterText, isNarrow, readFilter, writeFilter } from './filter';
import { InteractionCards } from './InteractionCards';
import { InteractionFilters } from './InteractionFilters';
import { InteractionTable } from './InteractionTable';
import { everyInteractionQuery, type InteractionFilter } from './queries';
import { RecordButton } from './RecordButton';

/** Contact records over all customers, latest first. */
export default function InteractionsPage() {
  const { t } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const filter = readFilter(parameters);
  const query = useRecords(asked(filter));
  const narrow = useCallback(
    (chosen: FilterText) => setParameters(writeFilter(chosen), { replace: true }),
    [setParameters],
  );
  const first = query.data?.pages[0];
  return (
    <Flex vertical gap={12}>
      <title>{`${t('menu.interactions')} · CIMS`}</title>
      <Flex align="baseline" gap="4px 12px" wrap>
        <PageTitle>{t('menu.interactions')}</PageTitle>
        {first?.totalSize !== undefined && (
          <Typography.Text type="secondary">
            {t(first.totalIsCapped ? 'list.moreThan' : 'list.all', {
              count: first.totalSize,
              formatted: formatCount(first.totalSize),
            })}
          </Typography.Text>
        )}
        <span className="push-end">
          <RecordButton />
        </span>
      </Flex>
      <InteractionFilters filter={filter} onChange={narrow} />
      <Stale pages={query.data?.pages ?? []} text={t('list.mayBeStale')} />
      <Loaded query={query} rows={10}>
        {({ pages }) =>
          pages.every(({ rows }) => rows.length === 0) ? (
            <Nothing narrow={isNarrow(filter)} onClear={() => setParameters({}, { replace: true })} />
          ) : (
            <Records query={query} />
          )
        }
      </Loaded>
    </Flex>
  );
}

function Records({ query }: { query: ReturnType<typeof useRecords> }) {
  const wide = Grid.useBreakpoint().md ?? true;
  const pages = query.data?.pages ?? [];
  const customers = useCustomersById(pages.map(({ rows }) => rows.map(({ customerId }) => customerId)));
  const rows = pages.flatMap((page) => page.rows);
  const List = wide ? InteractionTable : InteractionCards;
  return (
    <div>
      <List rows={rows} customers={customers} />
      <LoadMore count={rows.length} more={moreOf(query)} />
    </div>
  );
}

function useRecords(filter: InteractionFilter) {
  return useInfiniteQuery(everyInteractionQuery(filter));
}

function Nothing({ narrow, onClear }: { narrow: boolean; onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <Card>
      <Empty description={t(narrow ? 'interaction.noMatch' : 'interaction.empty')}>
        {narrow ? <Button onClick={onClear}>{t('list.clearFilter')}</Button> : <RecordButton />}
      </Empty>
    </Card>
  );
}
