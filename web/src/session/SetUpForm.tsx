import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { noteFresh } from '../api/session';
import { Failure } from '../app/Failure';
import { RepeatedPassword } from '../account/RepeatedPassword';
import { useFormErrors } from '../account/use-form-errors';
import { forgetErrors } from '../form/field-errors';

interface Values {
  token: string;
  organisation: string;
  username: string;
  displayName: string;
  password: string;
  repeated: string;
}

/** Creates the first administrator of a CIMS in which there is nobody, and signs in. */
export default function SetUpForm({ onSignedIn }: { onSignedIn: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const setUp = useMutation({
    mutationFn: async ({ token, organisation, username, displayName, password }: Values) => {
      const body = { token, organisation, username, displayName, password };
      await answer(api.POST('/v1/setup', { body }));
      await answer(api.POST('/v1/sessions', { body: { username, password } }));
      noteFresh();
    },
    onSuccess: onSignedIn,
  });
  const failure = useFormErrors(form, setUp.error);
  const rules = [{ required: true, whitespace: true, message: t('form.required') }];
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark={false}
      onValuesChange={(changed) => forgetErrors(form, changed)}
      onFinish={(values) => setUp.mutate(values)}
    >
      <Typography.Title level={4}>{t('setUp.title')}</Typography.Title>
      <Typography.Paragraph type="secondary">{t('setUp.explanation')}</Typography.Paragraph>
      <Form.Item name="token" label={t('setUp.token')} extra={t('setUp.tokenHint')} rules={rules}>
        <Input autoComplete="off" autoFocus />
      </Form.Item>
      <Form.Item name="organisation" label={t('setUp.organisation')} rules={rules}>
        <Input autoComplete="organization" />
      </Form.Item>
      <Form.Item name="displayName" label={t('setUp.displayName')} rules={rules}>
        <Input autoComplete="name" />
      </Form.Item>
      <Form.Item name="username" label={t('session.username')} rules={rules}>
        <Input autoComplete="username" />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('session.password')}
        extra={t('account.password.rule')}
        rules={rules}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <RepeatedPassword of="password" />
      {failure && (
        <div className="form-failure">
          <Failure {...failure} />
        </div>
      )}
      <Button type="primary" htmlType="submit" size="large" block loading={setUp.isPending}>
        {t('setUp.create')}
      </Button>
    </Form>
  );
}
