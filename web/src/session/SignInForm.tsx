import { LockOutlined, UserOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { lazy, type SubmitEvent, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { noteFresh } from '../api/session';
import { Failure } from '../app/Failure';

const CodeStep = lazy(() => import('./CodeStep'));

interface Credentials {
  username: string;
  password: string;
}

/** Plain inputs: the form library would be the largest part of the first page. */
export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const { t } = useTranslation();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  // The password was right, and a code of the second factor is to follow.
  const [ticket, setTicket] = useState('');
  const signIn = useMutation({
    // The answer holds a token for programs; the browser lives on the cookies that came along, and keeps none of it.
    mutationFn: async (body: Credentials) => {
      const { secondFactorTicket } = await answer(api.POST('/v1/sessions', { body }));
      if (secondFactorTicket === '') noteFresh();
      return secondFactorTicket;
    },
    onSuccess: (awaited) => (awaited === '' ? onSignedIn() : setTicket(awaited)),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    signIn.mutate({ username: username.trim(), password });
  };
  if (ticket !== '')
    return (
      <Suspense fallback={null}>
        <CodeStep ticket={ticket} onSignedIn={onSignedIn} onBack={() => setTicket('')} />
      </Suspense>
    );
  return (
    <form onSubmit={submit} className="sign-in-form">
      <label htmlFor="username">{t('session.username')}</label>
      <Input
        id="username"
        value={username}
        onChange={(event) => setUsername(event.target.value)}
        prefix={<UserOutlined />}
        size="large"
        required
        autoFocus
        autoComplete="username"
      />
      <label htmlFor="password">{t('session.password')}</label>
      <Input.Password
        id="password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        prefix={<LockOutlined />}
        size="large"
        required
        autoComplete="current-password"
      />
      {signIn.error && <Failure error={signIn.error} />}
      <Button type="primary" htmlType="submit" size="large" block loading={signIn.isPending}>
        {t('session.signIn')}
      </Button>
    </form>
  );
}
