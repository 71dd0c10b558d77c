import { Card, Table } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Home } from '../api/types';
import { formatCount } from '../app/format';
import { Waiting } from '../app/Loaded';

const BarChart = lazy(() => import('./BarChart'));

interface BreakdownProps {
  title: string;
  counts: Home['byRegion'];
  nameOf: (key: string) => string;
  /** The customers that a part counts. */
  linkOf: (key: string) => string;
}

/** The largest parts as bars, and all of them as a table, which also serves those who do not see bars. */
export function Breakdown({ title, counts, nameOf, linkOf }: BreakdownProps) {
  const { t } = useTranslation();
  const rows = counts
    .map(({ key, count }) => ({ key, name: key === '' ? t('home.notGiven') : nameOf(key), count }))
    .toSorted((a, b) => b.count - a.count);
  return (
    <Card size="small" title={title}>
      <div className="breakdown">
        <Suspense fallback={<Waiting rows={5} />}>
          <BarChart bars={rows.slice(0, 10)} label={t('home.chartOf', { title })} />
        </Suspense>
        <Table
          size="small"
          rowKey="key"
          dataSource={rows}
          pagination={false}
          scroll={rows.length > 8 ? { y: 240 } : undefined}
          columns={[
            {
              title: t('home.part'),
              dataIndex: 'name',
              render: (name: string, { key }) => <Link to={linkOf(key)}>{name}</Link>,
            },
            {
              title: t('home.count'),
              dataIndex: 'count',
              align: 'end',
              width: 90,
              render: (count: number) => formatCount(count),
            },
          ]}
        />
      </div>
    </Card>
  );
}
