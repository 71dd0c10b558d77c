import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import { Failure } from '../app/Failure';
import { forgetErrors } from '../form/field-errors';
import { RepeatedPassword } from './RepeatedPassword';
import { useFormErrors } from './use-form-errors';

interface Values {
  currentPassword: string;
  newPassword: string;
  repeated: string;
}

/** A change of one's own password. Never sent again by itself: every wrong try counts. */
export function PasswordForm({ onChanged }: { onChanged?: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: ({ currentPassword, newPassword }: Values) =>
      answer(api.POST('/v1/me:changePassword', { body: { currentPassword, newPassword } })),
    onSuccess: ({ endedCount }) => {
      form.resetFields();
      void queryClient.invalidateQueries({ queryKey: keys.sessions });
      void message.success(t('account.password.changed', { count: endedCount }));
      onChanged?.();
    },
  });
  const failure = useFormErrors(form, change.error);
  const required = { required: true, message: t('form.required') };
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark={false}
      onValuesChange={(changed) => forgetErrors(form, changed)}
      onFinish={(values) => change.mutate(values)}
    >
      <Form.Item name="currentPassword" label={t('account.password.current')} rules={[required]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item
        name="newPassword"
        label={t('account.password.new')}
        extra={t('account.password.rule')}
        rules={[required]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <RepeatedPassword of="newPassword" />
      {failure && (
        <div className="form-failure">
          <Failure {...failure} />
        </div>
      )}
      <Button type="primary" htmlType="submit" loading={change.isPending}>
        {t('account.password.change')}
      </Button>
    </Form>
  );
}
