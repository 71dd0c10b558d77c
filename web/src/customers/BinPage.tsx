import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button, Card, Empty, Flex, Grid, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Customer, CustomerRow } from '../api/types';
import { formatTime } from '../app/format';
import { Loaded } from '../app/Loaded';
import { type Column, VirtualTable } from '../app/VirtualTable';
import { PageTitle } from '../app/text';
import { PersonName } from '../people/PersonName';
import { useUserOf } from '../people/users';
import { useFieldLabel } from './field-labels';
import { LoadMore, type More, moreOf } from './LoadMore';
import { binQuery, deletionQuery } from './queries';
import { RestoreButton } from './RestoreButton';

/** Customers that were deleted: by whom, when, and the way back. */
export default function BinPage() {
  const { t } = useTranslation();
  const wide = Grid.useBreakpoint().md ?? true;
  const query = useInfiniteQuery(binQuery);
  const [firstPage] = query.data?.pages ?? [];
  const more: More = {
    ...moreOf(query),
    total:
      firstPage?.totalSize === undefined
        ? undefined
        : { size: firstPage.totalSize, capped: firstPage.totalIsCapped },
  };
  const List = wide ? BinTable : BinCards;
  return (
    <Flex vertical gap={10} className="list-page">
      <title>{`${t('bin.title')} · CIMS`}</title>
      <Flex align="baseline" gap={12} wrap>
        <PageTitle>{t('bin.title')}</PageTitle>
        <Typography.Text type="secondary">{t('bin.hint')}</Typography.Text>
        <Link to="/customers" className="push-end">
          <Button>{t('bin.toCustomers')}</Button>
        </Link>
      </Flex>
      <Loaded query={query} rows={12}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.rows);
          if (rows.length === 0) return <Empty className="centred" description={t('customer.binEmpty')} />;
          return <List rows={rows} more={more} />;
        }}
      </Loaded>
    </Flex>
  );
}

interface BinListProps {
  rows: CustomerRow[];
  more: More;
}

function BinTable({ rows, more }: BinListProps) {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const userOf = useUserOf();
  const column = (
    key: string,
    title: string,
    width: number,
    render: (customer: Customer) => React.ReactNode,
  ): Column<CustomerRow> => ({ key, title, width, render: ({ customer }) => render(customer) });
  const columns = [
    column('name', label('name'), 240, ({ id, name }) => <Link to={`/customers/${id}`}>{name}</Link>),
    column('ownerId', label('ownerId'), 120, ({ ownerId }) => <PersonName user={userOf(ownerId)} />),
    column('deletedBy', t('bin.deletedBy'), 120, (customer) => <DeletedBy customer={customer} />),
    column('deleteTime', label('deleteTime'), 150, ({ deleteTime }) => formatTime(deleteTime)),
    column('restore', t('customer.restore'), 110, (customer) => <RestoreButton customer={customer} />),
  ];
  return (
    <div className="list-frame">
      <VirtualTable
        label={t('bin.title')}
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

function BinCards({ rows, more }: BinListProps) {
  const label = useFieldLabel();
  return (
    <Flex vertical gap={8}>
      {rows.map(({ customer }) => (
        <Card key={customer.id} size="small">
          <Flex justify="space-between" align="center" gap={8}>
            <Flex vertical>
              <Link to={`/customers/${customer.id}`}>{customer.name}</Link>
              <Typography.Text type="secondary">
                {label('deleteTime')} {formatTime(customer.deleteTime)} · <DeletedBy customer={customer} />
              </Typography.Text>
            </Flex>
            <RestoreButton customer={customer} />
          </Flex>
        </Card>
      ))}
      <LoadMore count={rows.length} more={more} />
    </Flex>
  );
}

/** The customer itself does not say; the last entry of its history does. */
function DeletedBy({ customer }: { customer: Customer }) {
  const userOf = useUserOf();
  const { data } = useQuery(deletionQuery(customer.id));
  return <PersonName user={data ? userOf(data.actorId) : undefined} />;
}
