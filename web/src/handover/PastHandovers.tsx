import { useQuery } from '@tanstack/react-query';
import { Button, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Handover, User } from '../api/types';
import { Failure } from '../app/Failure';
import { formatCount, formatTime } from '../app/format';
import { Note } from '../app/text';
import { asJob } from '../jobs/as-job';
import { followJob } from '../jobs/jobs';
import { useUndoJob } from '../jobs/queries';
import { handoversQuery } from './queries';

/** What was handed over before, and can be taken back. */
export function PastHandovers({ user }: { user: User }) {
  const { t } = useTranslation();
  const { data: handovers = [], error, refetch } = useQuery(handoversQuery(user.id));
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (handovers.length === 0) return null;
  return (
    <section aria-label={t('handover.past')}>
      <strong>{t('handover.past')}</strong>
      <ul className="plain-list">
        {handovers.map((handover) => (
          <li key={handover.id}>
            <Past handover={handover} user={user} onUndone={() => void refetch()} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface PastProps {
  handover: Handover;
  user: User;
  onUndone: () => void;
}

function Past({ handover, user, onUndone }: PastProps) {
  const { t } = useTranslation();
  const undo = useUndoJob();
  const job = asJob(handover);
  const followed = {
    id: handover.id,
    service: 'handovers',
    work: 'handOver',
    name: user.displayName,
  } as const;
  const takeBack = () =>
    undo.mutate(followed, {
      onSuccess: () => {
        followJob(followed);
        onUndone();
      },
    });
  const refusals = handover.parts.flatMap((part) => part.refusals);
  const ended = ['SUCCEEDED', 'CANCELLED', 'FAILED'].includes(handover.state);
  return (
    <Flex vertical gap={4}>
      <Flex gap="0 8px" align="center" wrap>
        <span>{formatTime(handover.createTime)}</span>
        <span className="badge">{t(`job.state.${handover.state}`)}</span>
        <Note>
          {t('job.result', {
            changed: formatCount(job.changed),
            unchanged: formatCount(job.unchanged),
            refused: formatCount(job.refused),
          })}
        </Note>
        {ended && job.changed > 0 && (
          <Button className="push-end" size="small" loading={undo.isPending} onClick={takeBack}>
            {t('bulk.undo')}
          </Button>
        )}
      </Flex>
      {undo.error && <Failure error={undo.error} />}
      {refusals.length > 0 && (
        <ul className="plain-list">
          {refusals.map(({ id, reason }, index) => (
            <li key={id}>
              <Link to={`/customers/${id}`}>{t('handover.refusedOne', { number: index + 1 })}</Link>{' '}
              <Note>{t(`handover.refusal.${reason}`)}</Note>
            </li>
          ))}
        </ul>
      )}
    </Flex>
  );
}
