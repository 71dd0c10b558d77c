import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Card, Flex, Progress, Typography } from 'antd';
import { useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { keys } from '../api/keys';
import type { Import } from '../api/types';
import { Failure } from '../app/Failure';
import { formatCount } from '../app/format';
import { Loaded } from '../app/Loaded';
import { ImportColumns } from './ImportColumns';
import { ImportCounts } from './ImportCounts';
import { ImportRows } from './ImportRows';
import { importQuery, isWorking, useRunImport } from './queries';
import { useProblemLabel } from './row-reasons';

export default function ImportPage() {
  const { id = '' } = useParams();
  const query = useQuery(importQuery(id));
  return <Loaded query={query}>{(record) => <ImportReport record={record} />}</Loaded>;
}

function ImportReport({ record }: { record: Import }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { state } = record;
  useEffect(() => {
    // What the import wrote is in every list now.
    if (state === 'SUCCEEDED') void queryClient.invalidateQueries({ queryKey: keys.customers });
  }, [state, queryClient]);
  return (
    <Flex vertical gap={12}>
      <Flex align="center" justify="space-between" gap={8} wrap>
        <Typography.Title level={4} className="page-title">
          {record.fileName}
        </Typography.Title>
        <Link to="/imports">
          <Button>{t('import.another')}</Button>
        </Link>
      </Flex>
      <Card size="small">
        <Flex vertical gap={16}>
          <Progressing record={record} />
          {state !== 'CHECKING' && state !== 'FAILED' && <ImportCounts record={record} />}
          {state === 'READY' && <RunButton record={record} />}
        </Flex>
      </Card>
      {record.columns.length > 0 && <ImportColumns columns={record.columns} />}
      {record.total > 0 && state !== 'CHECKING' && <ImportRows record={record} />}
    </Flex>
  );
}

function Progressing({ record }: { record: Import }) {
  const { t } = useTranslation();
  const problemLabel = useProblemLabel();
  const { state, progress, accepted } = record;
  if (isWorking(record)) {
    const percent = state === 'RUNNING' && accepted > 0 ? Math.floor((progress * 100) / accepted) : 0;
    const counts = { progress: formatCount(progress), total: formatCount(accepted) };
    return (
      <div role="status">
        <Typography.Text>
          {state === 'CHECKING' ? t('import.checking') : t('import.running', counts)}
        </Typography.Text>
        <Progress
          percent={state === 'CHECKING' ? 100 : percent}
          status="active"
          showInfo={state === 'RUNNING'}
        />
      </div>
    );
  }
  if (state === 'READY') return <Alert type="info" showIcon title={t('import.ready')} />;
  if (state === 'FAILED')
    return (
      <Alert
        type="error"
        showIcon
        title={t('import.failed')}
        description={`${problemLabel(record.problem)} ${t('import.failedAdvice')}`}
      />
    );
  if (state === 'SUCCEEDED')
    return (
      <Alert
        type="success"
        showIcon
        title={t('import.succeeded', { accepted: formatCount(accepted) })}
        action={
          <Link to="/customers">
            <Button size="small">{t('import.toCustomers')}</Button>
          </Link>
        }
      />
    );
  return (
    <Alert
      type="warning"
      showIcon
      title={state === 'REVERTED' ? t('import.reverted') : t('import.cancelled')}
    />
  );
}

function RunButton({ record }: { record: Import }) {
  const { t } = useTranslation();
  const run = useRunImport();
  const start = () => run.mutate(record.id);
  return (
    <Flex vertical gap={12} align="start">
      {run.error && <Failure error={run.error} onRetry={start} />}
      <Button type="primary" loading={run.isPending} onClick={start}>
        {t('import.run', { accepted: formatCount(record.accepted) })}
      </Button>
    </Flex>
  );
}
