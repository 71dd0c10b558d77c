import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { Navigate, useLocation, useNavigate } from 'react-router';
import { keys } from '../api/keys';
import { problemOf } from '../api/problem';
import { csrfToken, keepSessionFresh, onSessionEnd, refreshSession } from '../api/session';
import { Failure } from '../app/Failure';
import { Waiting } from '../app/Loaded';
import { meQuery, MeProvider } from './me';
import { hasUnsaved } from './unsaved';

const ForcedChange = lazy(() => import('../account/ForcedChange'));
const SignInAgain = lazy(() => import('./SignInAgain'));

/** Lets in who has a session, and notices its end. */
export function SignedIn({ children }: { children: ReactNode }) {
  const location = useLocation();
  const path = location.pathname + location.search;
  const signIn = path === '/' ? '/sign-in' : `/sign-in?from=${encodeURIComponent(path)}`;
  const known = csrfToken() !== undefined;
  // Renewed right at the start: what is left of the access token's ten minutes is unknown.
  const start = useQuery({
    queryKey: keys.session,
    queryFn: () => refreshSession(),
    enabled: known,
    staleTime: Infinity,
    gcTime: Infinity,
  });
  const me = useQuery({ ...meQuery, enabled: known && start.data === true });
  const error = start.error ?? me.error;
  const refused = start.data === false || (me.error && problemOf(me.error).status === 401);
  const retry = () => void (start.error ? start.refetch() : me.refetch());
  if (!known || refused) return <Navigate to={signIn} replace />;
  if (me.data)
    return (
      <MeProvider me={me.data}>
        {me.data.restriction === 'PASSWORD_CHANGE_REQUIRED' ? (
          <Suspense fallback={<Waiting />}>
            <ForcedChange />
          </Suspense>
        ) : (
          children
        )}
        <SessionEnd signInPath={signIn} />
      </MeProvider>
    );
  return <div className="page">{error ? <Failure error={error} onRetry={retry} /> : <Waiting />}</div>;
}

/** To the sign-in page when the session is over; on top of the page when something is typed in there. */
function SessionEnd({ signInPath }: { signInPath: string }) {
  const [ended, setEnded] = useState(false);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  useEffect(keepSessionFresh, []);
  useEffect(
    () =>
      onSessionEnd(() => {
        if (hasUnsaved()) setEnded(true);
        else void navigate(signInPath, { replace: true });
      }),
    [navigate, signInPath],
  );
  const goOn = () => {
    setEnded(false);
    void queryClient.invalidateQueries();
  };
  return <Suspense fallback={null}>{ended && <SignInAgain onSignedIn={goOn} />}</Suspense>;
}
