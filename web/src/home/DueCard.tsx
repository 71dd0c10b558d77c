import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Card, Empty } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Loaded } from '../app/Loaded';
import { FollowUpList } from '../interactions/FollowUpList';
import { type Due, followUpsQuery } from '../interactions/queries';
import { useCounted } from '../session/me';

/** The next few contacts planned: what to do now. Where the figures beside it count the own alone, so does it. */
export function DueCard({ due, shown }: { due: Due; shown: number }) {
  const { t } = useTranslation();
  const { own } = useCounted('interaction.read');
  const query = useInfiniteQuery(followUpsQuery(due, own));
  return (
    <Card
      size="small"
      className="full-height"
      title={t(`home.due.${due}`)}
      extra={<Link to={`/follow-ups?due=${due}${own ? '&own=true' : ''}`}>{t('list.everything')}</Link>}
    >
      <Loaded query={query} rows={3}>
        {({ pages: [first] }) =>
          first && first.rows.length > 0 ? (
            <FollowUpList pages={[first.rows.slice(0, shown)]} />
          ) : (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t(`followUp.empty.${due}`)}>
              <Link to="/customers">
                <Button size="small">{t('followUp.plan')}</Button>
              </Link>
            </Empty>
          )
        }
      </Loaded>
    </Card>
  );
}
