import { CloseOutlined } from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Flex, Progress, Typography } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys';
import { callStale } from '../api/stale';
import type { Job } from '../api/types';
import { Failure } from '../app/Failure';
import { useFailureDialog } from '../app/failure-dialog';
import { formatCount } from '../app/format';
import { type FollowedJob, forgetJob } from './jobs';
import { isRunning, jobQuery, useCancelJob, useUndoJob } from './queries';

/** What goes on behind, in a corner of every page. */
export default function JobTray({ jobs }: { jobs: readonly FollowedJob[] }) {
  const { t } = useTranslation();
  return (
    <section className="job-tray" aria-label={t('job.title')}>
      {jobs.map((job) => (
        <JobCard key={job.id} followed={job} />
      ))}
    </section>
  );
}

function JobCard({ followed }: { followed: FollowedJob }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { data: job, error, refetch } = useQuery(jobQuery(followed));
  const ended = job && !isRunning(job);
  useEffect(() => {
    if (ended) void callStale(queryClient, keys.customers);
  }, [ended, queryClient]);
  const title = t(`job.${followed.work}`, { name: followed.name });
  return (
    <Card
      size="small"
      role="group"
      aria-label={title}
      title={title}
      extra={
        <Button
          size="small"
          type="text"
          icon={<CloseOutlined />}
          aria-label={t('job.close')}
          onClick={() => forgetJob(followed.id)}
        />
      }
    >
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {job && <Progressing job={job} followed={followed} />}
    </Card>
  );
}

function Progressing({ job, followed }: { job: Job; followed: FollowedJob }) {
  const { t } = useTranslation();
  const showFailure = useFailureDialog();
  const cancel = useCancelJob();
  const undo = useUndoJob();
  const onError = (error: unknown) => showFailure(t(`job.${followed.work}`, { name: followed.name }), error);
  const running = isRunning(job);
  const counts = Object.fromEntries(
    (['progress', 'total', 'changed', 'unchanged', 'refused'] as const).map((part) => [
      part,
      formatCount(job[part]),
    ]),
  ) as Record<'progress' | 'total' | 'changed' | 'unchanged' | 'refused', string>;
  const percent = job.total > 0 ? Math.min(100, Math.floor((100 * job.progress) / job.total)) : 0;
  return (
    <Flex vertical gap={4}>
      <Progress
        percent={running ? percent : 100}
        size="small"
        status={job.state === 'FAILED' ? 'exception' : running ? 'active' : 'normal'}
        aria-label={t('job.counts', counts)}
      />
      <Typography.Text role="status">
        {t(`job.state.${job.state}`)} · {running ? t('job.counts', counts) : t('job.result', counts)}
      </Typography.Text>
      <Flex justify="end">
        {job.state === 'RUNNING' && (
          <Button
            size="small"
            loading={cancel.isPending}
            onClick={() => cancel.mutate(followed, { onError })}
          >
            {t('action.cancel')}
          </Button>
        )}
        {(job.state === 'SUCCEEDED' || job.state === 'CANCELLED') && job.changed > 0 && (
          <Button size="small" loading={undo.isPending} onClick={() => undo.mutate(followed, { onError })}>
            {t('bulk.undo')}
          </Button>
        )}
      </Flex>
    </Flex>
  );
}
