import { Form, Input, Modal, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../app/Failure';
import { type BothFactors, useDisableFactor, useRenewCodes } from './second-factor';
import { useFormErrors } from './use-form-errors';

interface FactorDialogProps {
  purpose: 'renew' | 'disable';
  onClose: () => void;
  onCodes: (codes: string[]) => void;
}

/** Asks for both factors, and does with them what it is for. */
export function FactorDialog({ purpose, onClose, onCodes }: FactorDialogProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<BothFactors>();
  const renew = useRenewCodes();
  const disable = useDisableFactor();
  const write = purpose === 'renew' ? renew : disable;
  const failure = useFormErrors(form, write.error);
  const submit = (values: BothFactors) => {
    if (purpose === 'renew') renew.mutate(values, { onSuccess: ({ codes }) => onCodes(codes) });
    else disable.mutate(values, { onSuccess: onClose });
  };
  const required = { required: true, message: t('form.required') };
  return (
    <Modal
      open
      title={t(purpose === 'renew' ? 'account.factor.renew' : 'account.factor.disable')}
      okText={t(purpose === 'renew' ? 'account.factor.renew' : 'account.factor.disable')}
      okButtonProps={{ danger: purpose === 'disable' }}
      cancelText={t('action.cancel')}
      confirmLoading={write.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<BothFactors> form={form} layout="vertical" requiredMark={false} onFinish={submit}>
        <Typography.Paragraph type="secondary">
          {t(purpose === 'renew' ? 'account.factor.renewMeans' : 'account.factor.disableMeans')}
        </Typography.Paragraph>
        <Form.Item name="password" label={t('account.password.current')} rules={[required]}>
          <Input.Password autoComplete="current-password" autoFocus />
        </Form.Item>
        <Form.Item name="code" label={t('session.code')} rules={[required]}>
          <Input autoComplete="one-time-code" />
        </Form.Item>
        {failure && <Failure {...failure} />}
      </Form>
    </Modal>
  );
}
