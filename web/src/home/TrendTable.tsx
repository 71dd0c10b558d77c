import { Table } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { TrendWeek } from '../api/types';
import { formatCount } from '../app/format';
import { contactsOf, dayOf, newCustomersOf } from './weeks';

/** The newest week first; also for those who do not see charts. */
export function TrendTable({ weeks }: { weeks: TrendWeek[] }) {
  const { t } = useTranslation();
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
          render: (_, week) => <Link to={contactsOf(week)}>{formatCount(week.contacts)}</Link>,
        },
        {
          title: t('home.newCustomers'),
          align: 'end',
          render: (_, week) => <Link to={newCustomersOf(week)}>{formatCount(week.newCustomers)}</Link>,
        },
      ]}
    />
  );
}
