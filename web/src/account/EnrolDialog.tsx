import { Button, Flex, Form, Input, Modal, QRCode, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../app/Failure';
import { useConfirmFactor, useEnrolFactor } from './second-factor';
import { useFormErrors } from './use-form-errors';

interface EnrolDialogProps {
  onClose: () => void;
  onCodes: (codes: string[]) => void;
}

/** Sets up a device: the password, then the secret as a QR code, then a first code of the device. */
export function EnrolDialog({ onClose, onCodes }: EnrolDialogProps) {
  const { t } = useTranslation();
  const [passwordForm] = Form.useForm<{ password: string }>();
  const [codeForm] = Form.useForm<{ code: string }>();
  const enrol = useEnrolFactor();
  const confirm = useConfirmFactor();
  const enrolFailure = useFormErrors(passwordForm, enrol.error);
  const confirmFailure = useFormErrors(codeForm, confirm.error);
  const required = { required: true, message: t('form.required') };
  return (
    <Modal open title={t('account.factor.enable')} footer={null} onCancel={onClose} destroyOnHidden>
      {!enrol.data ? (
        <Form
          form={passwordForm}
          layout="vertical"
          requiredMark={false}
          onFinish={({ password }) => enrol.mutate(password)}
        >
          <Form.Item name="password" label={t('account.password.current')} rules={[required]}>
            <Input.Password autoComplete="current-password" autoFocus />
          </Form.Item>
          {enrolFailure && <Failure {...enrolFailure} />}
          <Button type="primary" htmlType="submit" loading={enrol.isPending}>
            {t('account.factor.next')}
          </Button>
        </Form>
      ) : (
        <Form
          form={codeForm}
          layout="vertical"
          requiredMark={false}
          onFinish={({ code }) => confirm.mutate(code.trim(), { onSuccess: ({ codes }) => onCodes(codes) })}
        >
          <Flex vertical gap={8} align="center">
            <Typography.Text>{t('account.factor.scan')}</Typography.Text>
            {/* Black on white in the dark, too: cameras read nothing else for sure. */}
            <QRCode value={enrol.data.uri} color="#000000" bgColor="#ffffff" type="svg" size={200} />
            <Typography.Text type="secondary">{t('account.factor.bySecret')}</Typography.Text>
            <Typography.Text code copyable className="secret">
              {enrol.data.secret}
            </Typography.Text>
          </Flex>
          <Form.Item name="code" label={t('account.factor.firstCode')} rules={[required]}>
            <Input autoComplete="one-time-code" inputMode="numeric" autoFocus />
          </Form.Item>
          {confirmFailure && <Failure {...confirmFailure} />}
          <Button type="primary" htmlType="submit" loading={confirm.isPending}>
            {t('account.factor.confirm')}
          </Button>
        </Form>
      )}
    </Modal>
  );
}
