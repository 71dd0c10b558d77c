import { Alert, Flex, Modal, Typography } from 'antd';
import { useTranslation } from 'react-i18next';

export interface GivenPassword {
  name: string;
  username: string;
  password: string;
}

interface PasswordDialogProps {
  given: GivenPassword;
  onClose: () => void;
}

/** Shows a generated password, once: nobody can read it again. */
export default function PasswordDialog({ given, onClose }: PasswordDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      title={t('people.passwordOf', { name: given.name })}
      okText={t('people.passwordKept')}
      onOk={onClose}
      // A click beside the dialog would lose what nobody can read again.
      mask={{ closable: false }}
      keyboard={false}
      closable={false}
      cancelButtonProps={{ hidden: true }}
    >
      <Flex vertical gap={12}>
        <Alert type="warning" showIcon title={t('people.passwordOnce')} />
        <dl className="details">
          <div className="detail">
            <dt>{t('people.field.username')}</dt>
            <dd>{given.username}</dd>
          </div>
          <div className="detail">
            <dt>{t('people.password')}</dt>
            <dd>
              <Typography.Text
                code
                className="given-password"
                copyable={{ text: given.password, tooltips: [t('people.copy'), t('people.copied')] }}
              >
                {given.password}
              </Typography.Text>
            </dd>
          </div>
        </dl>
      </Flex>
    </Modal>
  );
}
