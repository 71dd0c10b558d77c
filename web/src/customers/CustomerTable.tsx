import { Flex, Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { SearchResult } from '../api/types';
import { formatTime } from '../app/format';
import { useHeight } from '../app/use-height';
import { useUserName } from '../people/users';
import { useProvinceName } from '../regions/regions';
import { CustomerTags, LevelTag, NextContact, StatusTag, TypeName } from './cells';
import { LoadMore } from './LoadMore';
import { MatchReasons } from './MatchReasons';
import { RestoreButton } from './RestoreButton';

export interface CustomerListProps {
  rows: SearchResult[];
  bin: boolean;
  more: { has: boolean; loading: boolean; load: () => void };
}

const HEADER_PX = 40;
const FOOTER_PX = 40;
const NEAR_END_PX = 600;

export function CustomerTable({ rows, bin, more }: CustomerListProps) {
  const [frame, height] = useHeight();
  const columns = useColumns(bin);
  const width = columns.reduce((sum, column) => sum + Number(column.width), 0);
  return (
    <div ref={frame} className="list-frame">
      {height > 0 && (
        <Table<SearchResult>
          virtual
          size="small"
          rowKey={({ customer }) => customer.id}
          columns={columns}
          dataSource={rows}
          pagination={false}
          scroll={{ x: width, y: height - HEADER_PX - FOOTER_PX }}
          onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
            const left = scrollHeight - scrollTop - clientHeight;
            if (left < NEAR_END_PX && more.has && !more.loading) more.load();
          }}
        />
      )}
      <LoadMore count={rows.length} more={more} />
    </div>
  );
}

function useColumns(bin: boolean): TableColumnsType<SearchResult> {
  const { t } = useTranslation();
  const userName = useUserName();
  const provinceName = useProvinceName();
  const columns: TableColumnsType<SearchResult> = [
    {
      title: t('customer.field.name'),
      width: 250,
      fixed: 'start',
      render: (_, { customer, reasons }) => (
        <Flex vertical>
          <Link to={`/customers/${customer.id}`}>{customer.name}</Link>
          <MatchReasons reasons={reasons} />
        </Flex>
      ),
    },
    {
      title: t('customer.field.type'),
      width: 70,
      render: (_, { customer }) => <TypeName type={customer.type} />,
    },
    {
      title: t('customer.field.level'),
      width: 100,
      render: (_, { customer }) => <LevelTag level={customer.level} />,
    },
    {
      title: t('customer.field.status'),
      width: 100,
      render: (_, { customer }) => <StatusTag status={customer.status} />,
    },
    { title: t('customer.field.regionCode'), width: 120, ellipsis: true, render: (_, row) => provinceName(row.customer.regionCode) },
    { title: t('customer.field.phones'), width: 130, render: (_, { customer }) => customer.phones[0]?.number },
    { title: t('customer.field.ownerId'), width: 90, ellipsis: true, render: (_, { customer }) => userName(customer.ownerId) },
    {
      title: t('customer.field.lastContactTime'),
      width: 140,
      render: (_, { customer }) => formatTime(customer.lastContactTime),
    },
    {
      title: t('customer.field.nextContactTime'),
      width: 140,
      render: (_, { customer }) => <NextContact time={customer.nextContactTime} />,
    },
    { title: t('customer.field.tags'), width: 200, render: (_, { customer }) => <CustomerTags tags={customer.tags} /> },
  ];
  if (!bin) return columns;
  return [
    ...columns.slice(0, 7),
    {
      title: t('customer.field.deleteTime'),
      width: 140,
      render: (_, { customer }) => formatTime(customer.deleteTime),
    },
    { title: '', width: 100, render: (_, { customer }) => <RestoreButton customer={customer} /> },
  ];
}
