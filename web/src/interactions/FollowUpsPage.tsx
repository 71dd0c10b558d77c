import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Badge, Button, Card, Empty, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { Loaded } from '../app/Loaded';
import { Stale } from '../app/Stale';
import { Tabs } from '../app/Tabs';
import { PageTitle } from '../app/text';
import { MoreButton } from '../customers/LoadMore';
import { homeQuery } from '../home/queries';
import { useCounted, useMay } from '../session/me';
import { FollowUpList } from './FollowUpList';
import { OwnAlone } from './OwnAlone';
import { type Due, DUES, followUpsQuery } from './queries';
import { RecordButton } from './RecordButton';

export default function FollowUpsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const [parameters, setParameters] = useSearchParams();
  const due = DUES.find((candidate) => candidate === parameters.get('due')) ?? 'TODAY';
  const own = parameters.get('own') === 'true';
  const show = (chosen: string, alone: boolean) =>
    setParameters({ due: chosen, ...(alone && { own: 'true' }) }, { replace: true });
  // A figure stands at the list that it counts.
  const { own: countsOwn, exact } = useCounted('interaction.read');
  const counted = exact && own === countsOwn;
  const { data: home } = useQuery({ ...homeQuery, enabled: may('report.read') && counted });
  const counts = counted
    ? { OVERDUE: home?.overdue, TODAY: home?.followUpsToday, WEEK: undefined }
    : undefined;
  return (
    <Flex vertical gap={12}>
      <title>{`${t('menu.followUps')} · CIMS`}</title>
      <Flex align="center" justify="space-between" gap={8}>
        <PageTitle>{t('menu.followUps')}</PageTitle>
        <Flex align="center" gap={8}>
          {/* Not beside the tabs: whatever stands there would have to be one. */}
          <OwnAlone own={own} onChange={(alone) => show(due, alone)} />
          <RecordButton />
        </Flex>
      </Flex>
      <Card size="small">
        <Tabs
          activeKey={due}
          onChange={(chosen) => show(chosen, own)}
          destroyOnHidden
          items={DUES.map((key) => ({
            key,
            label: (
              <Flex gap={6} align="center">
                {t(`followUp.due.${key}`)}
                <Badge
                  count={counts?.[key] ?? 0}
                  overflowCount={999}
                  color={key === 'OVERDUE' ? '#cf1322' : '#595959'}
                />
              </Flex>
            ),
            children: <DueList due={key} own={own} />,
          }))}
        />
      </Card>
    </Flex>
  );
}

function DueList({ due, own }: { due: Due; own: boolean }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(followUpsQuery(due, own));
  return (
    <Loaded query={query}>
      {({ pages }) => {
        if (pages.every(({ rows }) => rows.length === 0))
          return (
            <>
              <Stale pages={pages} text={t('list.mayBeStale')} />
              <Empty description={t(`followUp.empty.${due}`)}>
                <Link to="/customers">
                  <Button>{t('followUp.plan')}</Button>
                </Link>
              </Empty>
            </>
          );
        return (
          <Flex vertical gap={8}>
            <Stale pages={pages} text={t('list.mayBeStale')} />
            <FollowUpList pages={pages.map(({ rows }) => rows)} />
            <MoreButton query={query} />
          </Flex>
        );
      }}
    </Loaded>
  );
}
