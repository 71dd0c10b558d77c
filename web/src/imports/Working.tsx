import { App, Button, Card, Flex, Progress, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Import } from '../api/types';
import { useFailureDialog } from '../app/failure-dialog';
import { formatCount } from '../app/format';
import { useCancelImport } from './writes';

/** How far the check, the run or the revert is. One may leave: it goes on behind. */
export function Working({ record }: { record: Import }) {
  const { t } = useTranslation();
  const { state, progress, toDo } = record;
  const counts = { progress: formatCount(progress), total: formatCount(toDo) };
  const text = {
    CHECKING: t('import.checking', counts),
    RUNNING: t('import.running', counts),
    REVERTING: t('import.reverting', counts),
  }[state as 'CHECKING' | 'RUNNING' | 'REVERTING'];
  return (
    <Card size="small">
      <Flex vertical gap={8} align="start" role="status">
        <Typography.Text>{text}</Typography.Text>
        <Progress
          aria-label={text}
          percent={toDo > 0 ? Math.floor((progress * 100) / toDo) : 100}
          showInfo={toDo > 0}
          status="active"
        />
        <Typography.Text type="secondary">{t('import.goesOn')}</Typography.Text>
        {state !== 'REVERTING' && <CancelButton record={record} />}
      </Flex>
    </Card>
  );
}

function CancelButton({ record }: { record: Import }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const showFailure = useFailureDialog();
  const cancel = useCancelImport();
  const stop = () =>
    cancel.mutateAsync(record.id).catch((error: unknown) => showFailure(t('import.cancel'), error));
  const ask = () =>
    void modal.confirm({
      title: t('import.cancelTitle'),
      content: t(record.state === 'RUNNING' ? 'import.cancelWhileRunning' : 'import.cancelWhileChecking'),
      okText: t('import.cancel'),
      okButtonProps: { danger: true },
      cancelText: t('import.goOn'),
      onOk: stop,
    });
  return (
    <Button danger loading={cancel.isPending} onClick={ask}>
      {t('import.cancel')}
    </Button>
  );
}
