import { Alert, Button, Modal, Typography } from 'antd';
import { useTranslation } from 'react-i18next';

/** A new key, shown this once. */
export function ShownKey({ text, onClose }: { text: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      title={t('account.key.made')}
      closable={false}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('account.key.kept')}
        </Button>
      }
    >
      <Alert type="warning" showIcon title={t('account.key.madeMeans')} />
      <Typography.Paragraph code copyable className="secret">
        {text}
      </Typography.Paragraph>
    </Modal>
  );
}
