import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Flex } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import { AppearanceSwitch, LanguageSwitch } from '../app/switches';
import { Note, PageTitle } from '../app/text';
import { safePath } from './safe-path';
import { SignInForm } from './SignInForm';

const SetUpForm = lazy(() => import('./SetUpForm'));

export function SignInPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  // While there is nobody at all, nobody can sign in.
  const setUp = useQuery({
    queryKey: keys.setUp,
    queryFn: ({ signal }) => answer(api.GET('/v1/setup', { signal })),
    staleTime: Infinity,
    retry: false,
  });
  const [parameters] = useSearchParams();
  const enter = () => {
    queryClient.clear();
    void navigate(safePath(parameters.get('from')), { replace: true });
  };
  return (
    <Flex component="main" vertical align="center" justify="center" className="sign-in" gap={16}>
      <div className="sign-in-card">
        <Flex vertical align="center" gap={4} className="sign-in-head">
          <img src="/favicon.svg" alt="" width={44} height={44} />
          <PageTitle>{t('app.name')}</PageTitle>
          <Note>{t('app.purpose')}</Note>
        </Flex>
        {setUp.data?.open ? (
          <Suspense fallback={null}>
            <SetUpForm onSignedIn={enter} />
          </Suspense>
        ) : (
          <SignInForm onSignedIn={enter} />
        )}
      </div>
      <Flex gap={8}>
        <LanguageSwitch />
        <AppearanceSwitch />
      </Flex>
    </Flex>
  );
}
