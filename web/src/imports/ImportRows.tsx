import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Empty, Flex, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Import, ImportRow } from '../api/types';
import { Failure } from '../app/Failure';
import { formatCount } from '../app/format';
import { Loaded } from '../app/Loaded';
import { LoadMore, moreOf } from '../customers/LoadMore';
import { importRowsQuery, type Outcome } from './queries';
import { useRowColumns } from './row-columns';
import { useFixRows } from './writes';

/** The API takes as many fixes at once. */
const MOST_FIXES = 500;

/** Rows of one outcome. Before the run they can be mended cell by cell, or dropped. */
export function ImportRows({ record, outcome }: { record: Import; outcome: Outcome }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<number[]>([]);
  const query = useInfiniteQuery(importRowsQuery(record.id, outcome, record.state));
  const drop = useFixRows(record.id);
  const editable = record.state === 'READY';
  const columns = useRowColumns(record, editable);
  const dropRows = (rows: number[]) =>
    drop.mutate(
      rows.slice(0, MOST_FIXES).map((row) => ({ row, drop: true })),
      { onSuccess: () => setChosen([]) },
    );
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.rows);
        if (rows.length === 0) return <Empty description={t('import.noRows')} />;
        return (
          <Flex vertical gap={8}>
            {drop.error && <Failure error={drop.error} />}
            {editable && (
              <Flex gap={8} wrap>
                <Button size="small" onClick={() => setChosen(rows.filter(isThere).map(({ row }) => row))}>
                  {t('import.chooseAll')}
                </Button>
                <Button
                  size="small"
                  danger
                  disabled={chosen.length === 0}
                  loading={drop.isPending}
                  onClick={() => dropRows(chosen)}
                >
                  {t('import.dropChosen', { rows: formatCount(Math.min(chosen.length, MOST_FIXES)) })}
                </Button>
              </Flex>
            )}
            <Table<ImportRow>
              size="small"
              className="import-rows"
              rowKey="row"
              columns={columns}
              dataSource={rows}
              pagination={false}
              scroll={{ x: 'max-content', y: 480 }}
              rowClassName={({ outcome: now }) => (now === 'DROPPED' ? 'dropped' : '')}
              rowSelection={
                editable
                  ? {
                      fixed: true,
                      // Ant Design draws it once more where it measures the columns, unseen and still in the way of Tab.
                      hideSelectAll: true,
                      columnWidth: 40,
                      selectedRowKeys: chosen,
                      onChange: (keys) => setChosen(keys.map(Number)),
                      getCheckboxProps: ({ row, outcome: now }) => ({
                        disabled: now === 'DROPPED',
                        'aria-label': t('import.chooseRow', { row }),
                      }),
                    }
                  : undefined
              }
            />
            <LoadMore count={rows.length} more={moreOf(query)} />
          </Flex>
        );
      }}
    </Loaded>
  );
}

function isThere({ outcome }: ImportRow): boolean {
  return outcome !== 'DROPPED';
}
