import { useMutation } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { problemOf } from '../api/problem';
import { noteFresh } from '../api/session';
import { Failure } from '../app/Failure';

interface CodeStepProps {
  ticket: string;
  onSignedIn: () => void;
  /** Back to username and password. */
  onBack: () => void;
}

/** The second step of a sign-in: a code of the device, or a recovery code. */
export default function CodeStep({ ticket, onSignedIn, onBack }: CodeStepProps) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const verify = useMutation({
    mutationFn: async () => {
      await answer(api.POST('/v1/sessions:verify', { body: { ticket, code: code.trim() } }));
      noteFresh();
    },
    onSuccess: onSignedIn,
    onError: () => setCode(''),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    verify.mutate();
  };
  const expired = verify.error && problemOf(verify.error).code === 'TICKET_EXPIRED';
  return (
    <form onSubmit={submit} className="sign-in-form">
      <label htmlFor="code">{t('session.code')}</label>
      <Input
        id="code"
        value={code}
        onChange={(event) => setCode(event.target.value)}
        size="large"
        required
        autoFocus
        autoComplete="one-time-code"
        aria-describedby="code-hint"
      />
      <small id="code-hint">{t('session.codeHint')}</small>
      {verify.error && <Failure error={verify.error} />}
      <Button
        type="primary"
        htmlType="submit"
        size="large"
        block
        loading={verify.isPending}
        disabled={Boolean(expired)}
      >
        {t('session.verify')}
      </Button>
      <Button type="link" onClick={onBack}>
        {t('session.back')}
      </Button>
    </form>
  );
}
