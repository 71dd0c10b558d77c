import { useQueryClient } from '@tanstack/react-query';
import { Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { AppearanceSwitch, LanguageSwitch } from '../app/switches';
import { Note, PageTitle } from '../app/text';
import { safePath } from './safe-path';
import { SignInForm } from './SignInForm';

export function SignInPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
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
        <SignInForm onSignedIn={enter} />
      </div>
      <Flex gap={8}>
        <LanguageSwitch />
        <AppearanceSwitch />
      </Flex>
    </Flex>
  );
}
