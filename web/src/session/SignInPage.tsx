import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useSearchParams } from 'react-router';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import { ProviderButton } from './ProviderButton';
import { SignInForm } from './SignInForm';
import { SignInFrame } from './SignInFrame';
import { useEnter } from './use-enter';

const SetUpForm = lazy(() => import('./SetUpForm'));

export function SignInPage() {
  // While there is nobody at all, nobody can sign in.
  const setUp = useQuery({
    queryKey: keys.setUp,
    queryFn: ({ signal }) => answer(api.GET('/v1/setup', { signal })),
    staleTime: Infinity,
    retry: false,
  });
  const [parameters] = useSearchParams();
  const from = parameters.get('from');
  const enterFrom = useEnter();
  const enter = () => enterFrom(from);
  return (
    <SignInFrame>
      {setUp.data?.open ? (
        <Suspense fallback={null}>
          <SetUpForm onSignedIn={enter} />
        </Suspense>
      ) : (
        <>
          <SignInForm onSignedIn={enter} />
          <ProviderButton from={from} />
        </>
      )}
    </SignInFrame>
  );
}
