import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { useFailureDialog } from './failure-dialog';

interface DangerQuestion {
  title: string;
  content?: string;
  /** "Delete" when absent. */
  okText?: string;
  act: () => Promise<unknown>;
}

/** Asks before something is deleted or ended, and tells why it was not. */
export function useDangerQuestion(): (question: DangerQuestion) => void {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const showFailure = useFailureDialog();
  return ({ title, content, okText = t('action.delete'), act }) =>
    void modal.confirm({
      title,
      content,
      okText,
      okButtonProps: { danger: true },
      cancelText: t('action.cancel'),
      onOk: () => act().catch((error: unknown) => showFailure(title, error)),
    });
}
