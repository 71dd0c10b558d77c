import { useQuery } from '@tanstack/react-query';
import { Card } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Loaded, Waiting } from '../app/Loaded';
import type { TrendWeek } from '../api/types';
import { MeasureChoice } from './MeasureChoice';
import { trendQuery } from './queries';
import { TrendTable } from './TrendTable';
import { dayOf } from './weeks';

const LineChart = lazy(() => import('./LineChart'));

const MEASURES = ['contacts', 'newCustomers'] as const;
type Measure = (typeof MEASURES)[number];

/** How it goes week by week. */
export function TrendCard() {
  const { t } = useTranslation();
  const query = useQuery(trendQuery);
  const [measure, setMeasure] = useState<Measure>('contacts');
  const title = { contacts: t('home.contacts'), newCustomers: t('home.newCustomers') };
  return (
    <Card
      size="small"
      title={t('home.trend')}
      extra={<MeasureChoice measures={MEASURES} titles={title} chosen={measure} onChoose={setMeasure} />}
    >
      <Loaded query={query} rows={5}>
        {(weeks) => (
          <div className="breakdown">
            <Suspense fallback={<Waiting rows={5} />}>
              <Line weeks={weeks} measure={measure} title={title[measure]} />
            </Suspense>
            <TrendTable weeks={weeks} />
          </div>
        )}
      </Loaded>
    </Card>
  );
}

function Line({ weeks, measure, title }: { weeks: TrendWeek[]; measure: Measure; title: string }) {
  const { t } = useTranslation();
  const points = useMemo(
    () => weeks.map((week) => ({ name: dayOf(week), count: week[measure] })),
    [weeks, measure],
  );
  return <LineChart points={points} label={t('home.chartOf', { title })} />;
}
