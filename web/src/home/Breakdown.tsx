import { Card, Table } from 'antd';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Home } from '../api/types';
import { formatCount, formatShare } from '../app/format';
import { Waiting } from '../app/Loaded';
import { FigureLink } from './FigureLink';

const BarChart = lazy(() => import('./BarChart'));
const RingChart = lazy(() => import('./RingChart'));

const MOST_BARS = 10;
/** Told apart on light and on dark, and by those who see red and green alike. */
const COLORS = ['#2f6fe0', '#e08a1e', '#1f9e89', '#9a5fd0', '#c2486b', '#5b9bd5', '#a08a3c'];
const WITHOUT_VALUE = '#8c8c8c';

interface BreakdownProps {
  title: string;
  chart: 'bars' | 'ring';
  counts: Home['byRegion'];
  nameOf: (key: string) => string;
  /** The customers that a part counts, where a list says the same. */
  linkOf: (key: string) => string | undefined;
}

/** Parts of all customers as a chart, and as a table, which also serves those who do not see charts. */
export function Breakdown({ title, chart, counts, nameOf, linkOf }: BreakdownProps) {
  const { t } = useTranslation();
  const notGiven = t('home.notGiven');
  const rows = useMemo(
    () =>
      counts
        .toSorted((a, b) => b.count - a.count)
        .map(({ key, count }, place) => ({
          key,
          count,
          name: key === '' ? notGiven : nameOf(key),
          color: key === '' ? WITHOUT_VALUE : (COLORS[place % COLORS.length] ?? WITHOUT_VALUE),
        })),
    [counts, nameOf, notGiven],
  );
  const bars = useMemo(() => rows.slice(0, MOST_BARS), [rows]);
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  const label = t('home.chartOf', { title });
  const share = {
    title: t('home.share'),
    key: 'share',
    align: 'end',
    width: 76,
    render: (_: unknown, { count }: { count: number }) => formatShare(count, total),
  } as const;
  return (
    <Card size="small" className="full-height" title={title}>
      <div className={chart === 'ring' ? 'breakdown breakdown-ring' : 'breakdown'}>
        <Suspense fallback={<Waiting rows={5} />}>
          {chart === 'ring' ? (
            <RingChart parts={rows} unit={t('home.count')} label={label} />
          ) : (
            <BarChart bars={bars} label={label} />
          )}
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
              ellipsis: true,
              render: (name: string, { key, color }) => (
                <>
                  {chart === 'ring' && <span className="dot" style={{ background: color }} />}
                  <FigureLink to={linkOf(key)}>{name}</FigureLink>
                </>
              ),
            },
            {
              title: t('home.count'),
              dataIndex: 'count',
              align: 'end',
              width: 112,
              render: (count: number) => formatCount(count),
            },
            ...(chart === 'ring' ? [share] : []),
          ]}
        />
      </div>
    </Card>
  );
}
