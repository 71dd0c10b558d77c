import { Flex } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { SearchResult } from '../api/types';
import { formatShortTime, formatTime } from '../app/format';
import { type Column, VirtualTable } from '../app/VirtualTable';
import { useDictionaries } from '../dictionaries/dictionaries';
import { useUserName } from '../people/users';
import { useProvinceName } from '../regions/regions';
import { Clipped, LevelTag, NextContact, StatusTag, TagsInLine, TypeName } from './cells';
import { useFieldLabel } from './field-labels';
import { LoadMore, type More } from './LoadMore';
import { MatchReasons } from './MatchReasons';
import { RestoreButton } from './RestoreButton';

export interface CustomerListProps {
  rows: SearchResult[];
  bin: boolean;
  more: More;
}

export function CustomerTable({ rows, bin, more }: CustomerListProps) {
  const { t } = useTranslation();
  const columns = useColumns(bin);
  return (
    <div className="list-frame">
      <VirtualTable
        label={t('menu.customers')}
        columns={columns}
        rows={rows}
        rowKey={({ customer }) => customer.id}
        onNearEnd={() => {
          if (more.has && !more.loading) more.load();
        }}
      />
      <LoadMore count={rows.length} more={more} />
    </div>
  );
}

function useColumns(bin: boolean): Column<SearchResult>[] {
  const label = useFieldLabel();
  const userName = useUserName();
  const provinceName = useProvinceName();
  const dictionaries = useDictionaries();
  return useMemo(() => {
    const column = (field: string, width: number, render: Column<SearchResult>['render']) => {
      return { key: field, title: label(field), width, render };
    };
    const both = [
      column('name', 216, ({ customer, reasons }) => (
        <Flex vertical>
          <Link to={`/customers/${customer.id}`} title={customer.name}>
            {customer.name}
          </Link>
          <MatchReasons reasons={reasons} />
        </Flex>
      )),
      column('type', 80, ({ customer }) => <TypeName type={customer.type} />),
      column('level', 92, ({ customer }) => (
        <LevelTag level={customer.level} label={dictionaries.label('level', customer.level)} />
      )),
      column('status', 92, ({ customer }) => (
        <StatusTag status={customer.status} label={dictionaries.label('status', customer.status)} />
      )),
      column('regionCode', 130, ({ customer }) => <Clipped text={provinceName(customer.regionCode)} />),
      column('phones', 120, ({ customer }) => customer.phones[0]?.number),
      column('ownerId', 84, ({ customer }) => <Clipped text={userName(customer.ownerId)} />),
    ];
    if (bin)
      return [
        ...both,
        column('deleteTime', 150, ({ customer }) => formatTime(customer.deleteTime)),
        {
          key: 'restore',
          title: '',
          width: 110,
          render: ({ customer }) => <RestoreButton customer={customer} />,
        },
      ];
    return [
      ...both,
      column('lastContactTime', 104, ({ customer }) => formatShortTime(customer.lastContactTime)),
      column('nextContactTime', 104, ({ customer }) => <NextContact time={customer.nextContactTime} />),
      column('tags', 186, ({ customer }) => <TagsInLine tags={customer.tags} />),
    ];
  }, [bin, label, userName, provinceName, dictionaries]);
}
