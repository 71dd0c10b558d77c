import { Alert, Button, Modal, Typography } from 'antd';
import { useTranslation } from 'react-i18next';

/** The recovery codes, shown this once. */
export function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      title={t('account.factor.codes')}
      closable={false}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('account.factor.kept')}
        </Button>
      }
    >
      <Alert type="warning" showIcon title={t('account.factor.codesMean')} />
      <Typography.Paragraph copyable={{ text: codes.join('\n') }} className="recovery-codes">
        {codes.join('\n')}
      </Typography.Paragraph>
    </Modal>
  );
}
