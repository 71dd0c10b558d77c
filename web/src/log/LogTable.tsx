import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Button, Card, Empty, Flex, Grid, Table } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Loaded } from '../app/Loaded';
import { LoadMore, moreOf } from '../customers/LoadMore';
import { useMay } from '../session/me';
import { saveCsv } from './csv';

export interface LogColumn<Row> {
  title: string;
  width?: number;
  /** As it stands in a file. */
  text: (row: Row) => string;
  /** As it is shown, where that is more than its text. */
  render?: (row: Row) => ReactNode;
}

interface LogTableProps<Row> {
  query: UseInfiniteQueryResult<InfiniteData<{ rows: Row[]; nextPageToken: string }>>;
  columns: LogColumn<Row>[];
  fileName: string;
}

/** A log, newest first, and what is shown of it as a file. */
export function LogTable<Row extends { id: string }>({ query, columns, fileName }: LogTableProps<Row>) {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.rows);
        if (rows.length === 0) return <Empty className="centred" description={t('log.nothing')} />;
        const file = () => [
          columns.map(({ title }) => title),
          ...rows.map((row) => columns.map(({ text }) => text(row))),
        ];
        return (
          <div>
            <Rows rows={rows} columns={columns} />
            <LoadMore count={rows.length} more={moreOf(query)}>
              {may('log.export') && (
                <Button size="small" type="link" onClick={() => saveCsv(file(), `${fileName}.csv`)}>
                  {t('log.export')}
                </Button>
              )}
            </LoadMore>
          </div>
        );
      }}
    </Loaded>
  );
}

function Rows<Row extends { id: string }>({ rows, columns }: { rows: Row[]; columns: LogColumn<Row>[] }) {
  const wide = Grid.useBreakpoint().lg ?? true;
  const shown = ({ text, render }: LogColumn<Row>, row: Row) => (render ?? text)(row);
  if (wide)
    return (
      <Table<Row>
        className="log-table"
        size="small"
        rowKey="id"
        dataSource={rows}
        pagination={false}
        sticky={{ offsetHeader: 52 }}
        columns={columns.map((column) => ({
          key: column.title,
          title: column.title,
          width: column.width,
          render: (_, row: Row) => shown(column, row),
        }))}
      />
    );
  return (
    <Flex vertical gap={8}>
      {rows.map((row) => (
        <Card key={row.id} size="small" className="card-row">
          <Flex gap="2px 8px" wrap>
            {columns.map((column) => (
              <span key={column.title}>{shown(column, row)}</span>
            ))}
          </Flex>
        </Card>
      ))}
    </Flex>
  );
}
