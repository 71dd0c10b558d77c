import { useInfiniteQuery } from '@tanstack/react-query';
import { Card, Empty, Flex, Table, type TableColumnsType, Tabs } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Import, ImportRow } from '../api/types';
import { formatCount } from '../app/format';
import { Loaded } from '../app/Loaded';
import { LoadMore } from '../customers/LoadMore';
import { importRowsQuery, type Outcome, OUTCOMES } from './queries';
import { useRowReasons } from './row-reasons';

const COUNT_OF = {
  REJECTED: 'rejected',
  DUPLICATE: 'duplicates',
  FLAGGED: 'flagged',
  ACCEPTED: 'accepted',
} as const;

/** The rows of the file by what becomes of them. */
export function ImportRows({ record }: { record: Import }) {
  const { t } = useTranslation();
  const [outcome, setOutcome] = useState<Outcome>(
    () => OUTCOMES.find((key) => record[COUNT_OF[key]] > 0) ?? 'ACCEPTED',
  );
  return (
    <Card size="small">
      <Tabs
        activeKey={outcome}
        onChange={(key) => setOutcome(key as Outcome)}
        destroyOnHidden
        items={OUTCOMES.map((key) => ({
          key,
          label: t('import.tab', {
            outcome: t(`import.outcome.${key}`),
            count: formatCount(record[COUNT_OF[key]]),
          }),
          children: <OutcomeRows record={record} outcome={key} />,
        }))}
      />
    </Card>
  );
}

function OutcomeRows({ record, outcome }: { record: Import; outcome: Outcome }) {
  const { t } = useTranslation();
  const reasons = useRowReasons();
  const query = useInfiniteQuery(importRowsQuery(record.id, outcome, record.state));
  const columns: TableColumnsType<ImportRow> = [
    { title: t('import.row'), dataIndex: 'row', width: 70, fixed: 'start' },
    {
      title: t('import.reason'),
      width: 260,
      fixed: 'start',
      hidden: outcome === 'ACCEPTED',
      render: (_, row) => (
        <Flex vertical>
          {reasons(row).map((reason) => (
            <span key={reason}>{reason}</span>
          ))}
          {row.duplicateOf?.customerId && (
            <Link to={`/customers/${row.duplicateOf.customerId}`}>{t('import.openTwin')}</Link>
          )}
        </Flex>
      ),
    },
    ...record.columns.map(({ header }, index) => ({
      title: header,
      key: `column-${index}`,
      width: 150,
      ellipsis: true,
      render: (_: unknown, row: ImportRow) => cellText(row, header, index === 0),
    })),
  ];
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.rows);
        if (rows.length === 0) return <Empty description={t('import.noRows')} />;
        return (
          <>
            <Table<ImportRow>
              size="small"
              rowKey="row"
              columns={columns}
              dataSource={rows}
              pagination={false}
              scroll={{ x: 'max-content', y: 480 }}
            />
            <LoadMore
              count={rows.length}
              more={{
                has: query.hasNextPage,
                loading: query.isFetchingNextPage,
                load: () => void query.fetchNextPage(),
              }}
            />
          </>
        );
      }}
    </Loaded>
  );
}

function cellText(row: ImportRow, header: string, first: boolean) {
  const value = row.values[header];
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return first && row.customerId ? <Link to={`/customers/${row.customerId}`}>{text}</Link> : text;
}
