import { useInfiniteQuery } from '@tanstack/react-query';
import { Card, Empty } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Loaded } from '../app/Loaded';
import { FollowUpList } from '../interactions/FollowUpList';
import { followUpsQuery } from '../interactions/queries';

const SHOWN = 5;

/** The next few contacts planned: what to do now. */
export function DueCard({ due }: { due: 'TODAY' | 'OVERDUE' }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(followUpsQuery(due));
  return (
    <Card
      size="small"
      className="full-height"
      title={t(`home.due.${due}`)}
      extra={<Link to={`/follow-ups?due=${due}`}>{t('list.everything')}</Link>}
    >
      <Loaded query={query} rows={3}>
        {({ pages }) => {
          const followUps = pages.flatMap((page) => page.rows).slice(0, SHOWN);
          return followUps.length > 0 ? (
            <FollowUpList followUps={followUps} />
          ) : (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t(`followUp.empty.${due}`)} />
          );
        }}
      </Loaded>
    </Card>
  );
}
