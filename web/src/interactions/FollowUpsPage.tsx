import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Card, Empty, Flex, Tabs, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { Loaded } from '../app/Loaded';
import { FollowUpList } from './FollowUpList';
import { type Due, DUES, followUpsQuery } from './queries';

export default function FollowUpsPage() {
  const { t } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const due = DUES.find((candidate) => candidate === parameters.get('due')) ?? 'TODAY';
  return (
    <Flex vertical gap={12}>
      <Typography.Title level={4} className="page-title">
        {t('menu.followUps')}
      </Typography.Title>
      <Card size="small">
        <Tabs
          activeKey={due}
          onChange={(chosen) => setParameters({ due: chosen }, { replace: true })}
          destroyOnHidden
          items={DUES.map((key) => ({
            key,
            label: t(`followUp.due.${key}`),
            children: <DueList due={key} />,
          }))}
        />
      </Card>
    </Flex>
  );
}

function DueList({ due }: { due: Due }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(followUpsQuery(due));
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const followUps = pages.flatMap((page) => page.rows);
        if (followUps.length === 0)
          return (
            <Empty description={t(`followUp.empty.${due}`)}>
              <Link to="/customers">
                <Button>{t('followUp.plan')}</Button>
              </Link>
            </Empty>
          );
        return (
          <Flex vertical gap={8}>
            <FollowUpList followUps={followUps} />
            {query.hasNextPage && (
              <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {t('list.more')}
              </Button>
            )}
          </Flex>
        );
      }}
    </Loaded>
  );
}
