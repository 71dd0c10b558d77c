import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { noteFresh } from '../api/session';
import { Failure } from '../app/Failure';
import { Waiting } from '../app/Loaded';
import CodeStep from './CodeStep';
import { finishQuery, wantedPath } from './external';
import { safePath } from './safe-path';
import { SignInFrame } from './SignInFrame';
import { useEnter } from './use-enter';

/** Where the provider of sign-ins sends people back to. */
export default function ProviderPage() {
  const [parameters] = useSearchParams();
  const [code, state] = [parameters.get('code'), parameters.get('state')];
  return <SignInFrame>{code && state ? <Finish code={code} state={state} /> : <Refused />}</SignInFrame>;
}

function Finish({ code, state }: { code: string; state: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data, error } = useQuery(finishQuery(code, state));
  const enterFrom = useEnter();
  const enter = useCallback(() => enterFrom(wantedPath()), [enterFrom]);
  const ticket = data?.secondFactorTicket;
  useEffect(() => {
    if (ticket !== '') return;
    noteFresh();
    enter();
  }, [ticket, enter]);
  if (error)
    return (
      <>
        <Failure error={error} />
        <ToSignIn />
      </>
    );
  if (ticket)
    return <CodeStep ticket={ticket} onSignedIn={enter} onBack={() => void navigate(signInPath())} />;
  return (
    <div aria-busy aria-label={t('session.comingBack')}>
      <Waiting rows={3} />
    </div>
  );
}

/** Cancelled there, or the address is not whole. */
function Refused() {
  const { t } = useTranslation();
  return (
    <>
      <Alert
        type="error"
        showIcon
        role="alert"
        title={t('session.providerRefused')}
        description={t('session.providerRefusedMeans')}
      />
      <ToSignIn />
    </>
  );
}

function ToSignIn() {
  const { t } = useTranslation();
  return (
    <p className="sign-in-back">
      <Link to={signInPath()} replace>
        {t('session.toSignIn')}
      </Link>
    </p>
  );
}

/** The page that was asked for is still wanted. */
function signInPath(): string {
  const path = safePath(wantedPath());
  return path === '/' ? '/sign-in' : `/sign-in?from=${encodeURIComponent(path)}`;
}
