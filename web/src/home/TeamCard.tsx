import { Card } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Home } from '../api/types';
import { Waiting } from '../app/Loaded';
import { useUserName } from '../people/users';
import { useMaySee } from '../session/me';
import { MeasureChoice } from './MeasureChoice';
import { TeamTable } from './TeamTable';

const BarChart = lazy(() => import('./BarChart'));

const MEASURES = ['contactsThisWeek', 'customers'] as const;
type Measure = (typeof MEASURES)[number];
const SHOWN = 12;

/** How the team does: who keeps in touch, and who has how much to look after. */
export function TeamCard({ team }: { team: Home['team'] }) {
  const { t } = useTranslation();
  const userName = useUserName();
  const seesAuthors = useMaySee()('interaction.authorId');
  const [chosen, setChosen] = useState<Measure>('contactsThisWeek');
  const measure = seesAuthors ? chosen : 'customers';
  const title = { contactsThisWeek: t('home.figure.contactsThisWeek'), customers: t('home.count') };
  const noOwner = t('home.noOwner');
  const bars = useMemo(
    () =>
      team
        .map((member) => ({ name: userName(member.userId) || noOwner, count: member[measure] ?? 0 }))
        .toSorted((a, b) => b.count - a.count)
        .slice(0, SHOWN),
    [team, measure, userName, noOwner],
  );
  return (
    <Card
      size="small"
      title={t('home.team')}
      extra={
        seesAuthors && (
          <MeasureChoice measures={MEASURES} titles={title} chosen={measure} onChoose={setChosen} />
        )
      }
    >
      <div className="breakdown">
        <Suspense fallback={<Waiting rows={5} />}>
          <BarChart bars={bars} label={t('home.chartOf', { title: title[measure] })} />
        </Suspense>
        <TeamTable team={team} />
      </div>
    </Card>
  );
}
