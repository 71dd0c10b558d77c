import { Button, Drawer, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Customer, Interaction } from '../api/types';
import { formatTime } from '../app/format';
import { Clipped, NextContact } from '../customers/cells';
import { PersonName } from '../people/PersonName';
import { useUserOf } from '../people/users';
import { InteractionItem, PriorityTag } from './InteractionItem';

export interface InteractionListProps {
  rows: Interaction[];
  customers: ReadonlyMap<string, Customer>;
}

/** The list on a wide screen; a subject opens the whole record. */
export function InteractionTable({ rows, customers }: InteractionListProps) {
  const { t } = useTranslation();
  const [openId, setOpenId] = useState<string>();
  const columns = useColumns(customers, setOpenId);
  const open = rows.find(({ id }) => id === openId);
  const customer = open && customers.get(open.customerId);
  return (
    <>
      <Table<Interaction>
        size="small"
        rowKey="id"
        columns={columns}
        dataSource={rows}
        pagination={false}
        sticky={{ offsetHeader: 52 }}
        tableLayout="fixed"
      />
      {open && customer && (
        <Drawer
          open
          size={480}
          title={<Link to={`/customers/${customer.id}`}>{customer.name}</Link>}
          onClose={() => setOpenId(undefined)}
          aria-label={t('interaction.title')}
        >
          <InteractionItem interaction={open} customer={customer} />
        </Drawer>
      )}
    </>
  );
}

function useColumns(
  customers: ReadonlyMap<string, Customer>,
  onOpen: (id: string) => void,
): TableColumnsType<Interaction> {
  const { t } = useTranslation();
  const userOf = useUserOf();
  return [
    {
      title: t('interaction.field.occurTime'),
      width: 140,
      render: (_, { occurTime }) => formatTime(occurTime),
    },
    {
      title: t('interaction.field.customerId'),
      width: 220,
      ellipsis: true,
      render: (_, { customerId }) => (
        <Link to={`/customers/${customerId}`}>{customers.get(customerId)?.name ?? t('app.nothing')}</Link>
      ),
    },
    {
      title: t('interaction.field.method'),
      width: 84,
      render: (_, { method }) => t(`interaction.method.${method}`),
    },
    {
      title: t('interaction.field.subject'),
      render: (_, { id, subject, summary, priority }) => (
        <span className="subject">
          <Button type="link" size="small" onClick={() => onOpen(id)}>
            {subject}
          </Button>
          <PriorityTag priority={priority} />
          <Clipped text={summary} />
        </span>
      ),
    },
    {
      title: t('interaction.field.authorId'),
      width: 120,
      render: (_, { authorId }) => <PersonName user={userOf(authorId)} />,
    },
    {
      title: t('interaction.field.nextContactTime'),
      width: 124,
      render: (_, { nextContactTime, planDoneTime }) =>
        planDoneTime ? t('followUp.isDone') : <NextContact time={nextContactTime} />,
    },
  ];
}
