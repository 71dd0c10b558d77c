import { Table } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TrendWeek } from '../api/types';
import { formatCount } from '../app/format';
import { useCountedContacts, useCountedCustomers } from './counted';
import { FigureLink } from './FigureLink';
import { contactsOf, createdIn, dayOf } from './weeks';

/** The newest week first; also for those who do not see charts. */
export function TrendTable({ weeks }: { weeks: TrendWeek[] }) {
  const { t } = useTranslation();
  const [customers, contacts] = [useCountedCustomers(), useCountedContacts()];
  const rows = useMemo(() => weeks.toReversed(), [weeks]);
  return (
    <Table
      size="small"
      rowKey="startDate"
      dataSource={rows}
      pagination={false}
      scroll={{ y: 240 }}
      columns={[
        { title: t('home.weekFrom'), render: (_, week) => dayOf(week) },
        {
          title: t('home.contacts'),
          align: 'end',
          render: (_, week) => (
            <FigureLink to={contacts(contactsOf(week))}>{formatCount(week.contacts)}</FigureLink>
          ),
        },
        {
          title: t('home.newCustomers'),
          align: 'end',
          render: (_, week) => (
            <FigureLink to={customers(createdIn(week))}>{formatCount(week.newCustomers)}</FigureLink>
          ),
        },
      ]}
    />
  );
}
