import { LockOutlined, UserOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { noteFresh } from '../api/session';
import { Failure } from '../app/Failure';

interface Credentials {
  username: string;
  password: string;
}

export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const { t } = useTranslation();
  const signIn = useMutation({
    // The answer holds a token for programs; the browser lives on the cookies that came along, and keeps none of it.
    mutationFn: async (body: Credentials) => {
      await answer(api.POST('/v1/sessions', { body }));
      noteFresh();
    },
    onSuccess: onSignedIn,
  });
  const required = [{ required: true, message: t('form.required') }];
  return (
    <Form<Credentials> layout="vertical" requiredMark={false} onFinish={(values) => signIn.mutate(values)}>
      <Form.Item name="username" label={t('session.username')} rules={required}>
        <Input prefix={<UserOutlined />} size="large" autoFocus autoComplete="username" />
      </Form.Item>
      <Form.Item name="password" label={t('session.password')} rules={required}>
        <Input.Password prefix={<LockOutlined />} size="large" autoComplete="current-password" />
      </Form.Item>
      {signIn.error && (
        <Form.Item>
          <Failure error={signIn.error} />
        </Form.Item>
      )}
      <Button type="primary" htmlType="submit" size="large" block loading={signIn.isPending}>
        {t('session.signIn')}
      </Button>
    </Form>
  );
}
