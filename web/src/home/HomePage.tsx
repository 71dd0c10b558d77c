import { useQuery } from '@tanstack/react-query';
import { Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Home } from '../api/types';
import { Loaded } from '../app/Loaded';
import { useMayOpen } from '../app/page-rights';
import { PageTitle } from '../app/text';
import { RecordButton } from '../interactions/RecordButton';
import { useMay, useMe } from '../session/me';
import { AsOf } from './AsOf';
import { Charts } from './Charts';
import { DueCards } from './DueCards';
import { Figures } from './Figures';
import { NothingYet } from './NothingYet';
import { homeQuery } from './queries';
import { type Section, sectionsOf } from './sections';
import { TeamCard } from './TeamCard';
import { TrendCard } from './TrendCard';

export default function HomePage() {
  const { t } = useTranslation();
  const { user } = useMe();
  const may = useMay();
  const mayOpen = useMayOpen();
  const query = useQuery({ ...homeQuery, enabled: may('report.read') });
  return (
    <Flex vertical gap={12}>
      <title>{`${t('menu.home')} · CIMS`}</title>
      <Flex align="center" gap="4px 12px" wrap>
        <PageTitle>{t('home.greeting', { name: user.displayName })}</PageTitle>
        {query.data && <AsOf asOf={query.data.asOf} />}
        <span className="push-end">
          <RecordButton />
        </span>
      </Flex>
      {sectionsOf(user.roles).map((section) =>
        section === 'next' || section === 'dueSoon' ? (
          mayOpen('/follow-ups') && <DueCards key={section} dues={DUES[section]} />
        ) : (
          <FiguresOf key={section} section={section} query={query} />
        ),
      )}
    </Flex>
  );
}

const DUES = { next: ['OVERDUE', 'TODAY'], dueSoon: ['TODAY', 'WEEK'] } as const;

interface FiguresOfProps {
  section: Exclude<Section, 'next' | 'dueSoon'>;
  query: Parameters<typeof Loaded<Home>>[0]['query'];
}

/** The figures come with one call: what fails or waits says so once, where the figures stand. */
function FiguresOf({ section, query }: FiguresOfProps) {
  const may = useMay();
  if (!may('report.read')) return null;
  if (section === 'figures') return <Loaded query={query}>{(home) => <Figures home={home} />}</Loaded>;
  const home = query.data;
  if (!home) return null;
  if (section === 'team') return home.team.length > 1 && <TeamCard team={home.team} />;
  if (section === 'trend') return home.customerCount > 0 && <TrendCard />;
  return home.customerCount === 0 ? <NothingYet /> : <Charts home={home} />;
}
