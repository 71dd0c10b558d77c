import { DownloadOutlined, UndoOutlined } from '@ant-design/icons';
import { Alert, App, Button, Card, Flex, Statistic } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Import } from '../api/types';
import { useFailureDialog } from '../app/failure-dialog';
import { formatCount } from '../app/format';
import { KeptRows } from './KeptRows';
import { RowTabs } from './RowsStep';
import { useDownload } from './use-download';
import { Working } from './Working';
import { useRevertImport } from './writes';

/** What came of the import: counts, the rows that were left out to download, and the way back. */
export function ImportReport({ record }: { record: Import }) {
  const { t } = useTranslation();
  const { state, kept } = record;
  return (
    <>
      {state === 'REVERTING' && <Working record={record} />}
      <Card size="small">
        <Flex vertical gap={12}>
          <Result record={record} />
          <Counts record={record} />
          <Actions record={record} expired={isExpired(record)} />
        </Flex>
      </Card>
      {isExpired(record) ? (
        <Alert type="info" showIcon title={t('import.expired')} />
      ) : (
        <>
          {state === 'REVERTED' && kept > 0 && <KeptRows record={record} />}
          <Card size="small">
            <RowTabs record={record} />
          </Card>
        </>
      )}
    </>
  );
}

/** Rows go a month after the import's end; its counts stay. */
function isExpired({ expireTime }: Import): boolean {
  return expireTime !== undefined && new Date(expireTime) <= new Date();
}

function Result({ record }: { record: Import }) {
  const { t } = useTranslation();
  const { state, accepted, progress, reverted, kept } = record;
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
  if (state === 'REVERTED')
    return (
      <Alert
        type={kept > 0 ? 'warning' : 'success'}
        showIcon
        title={t('import.reverted', { reverted: formatCount(reverted) })}
        description={kept > 0 ? t('import.keptAdvice', { kept: formatCount(kept) }) : undefined}
      />
    );
  if (state === 'CANCELLED')
    return (
      <Alert
        type="warning"
        showIcon
        title={t('import.cancelled')}
        description={progress > 0 ? t('import.cancelledAt', { progress: formatCount(progress) }) : undefined}
      />
    );
  return null;
}

function Counts({ record }: { record: Import }) {
  const { t } = useTranslation();
  const figures = [
    { key: 'imported', value: record.accepted },
    { key: 'updated', value: record.updated },
    { key: 'duplicates', value: record.duplicates },
    { key: 'rejected', value: record.rejected },
    { key: 'dropped', value: record.dropped },
  ] as const;
  return (
    <div className="figures">
      {figures.map(({ key, value }) => (
        <div key={key} role="group" aria-label={t(`import.count.${key}`)}>
          <Statistic title={t(`import.count.${key}`)} value={value} formatter={() => formatCount(value)} />
        </div>
      ))}
    </div>
  );
}

function Actions({ record, expired }: { record: Import; expired: boolean }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const { download, busy } = useDownload();
  const showFailure = useFailureDialog();
  const revert = useRevertImport();
  const { id, fileName, state, rejected, duplicates, updated, accepted, progress } = record;
  const written = state === 'SUCCEEDED' ? accepted + updated : progress;
  const title = t('import.revert');
  const ask = () =>
    void modal.confirm({
      title: t('import.revertTitle', { fileName }),
      content: t('import.revertExplanation'),
      okText: title,
      okButtonProps: { danger: true },
      cancelText: t('action.cancel'),
      onOk: () => revert.mutateAsync(id).catch((error: unknown) => showFailure(title, error)),
    });
  return (
    <Flex gap={8} wrap>
      {!expired && rejected + duplicates > 0 && (
        <Button
          icon={<DownloadOutlined />}
          loading={busy}
          onClick={() =>
            download(
              { kind: 'errors', importId: id },
              t('import.errorsName', { name: fileName.replace(/\.\w+$/, '') }),
              t('import.errors'),
            )
          }
        >
          {t('import.errors')}
        </Button>
      )}
      {!expired && (state === 'SUCCEEDED' || state === 'CANCELLED') && written > 0 && (
        <Button danger icon={<UndoOutlined />} loading={revert.isPending} onClick={ask}>
          {title}
        </Button>
      )}
      <Link to="/imports">
        <Button>{t('import.another')}</Button>
      </Link>
    </Flex>
  );
}
