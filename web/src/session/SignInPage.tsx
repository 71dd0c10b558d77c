import { useQueryClient } from '@tanstack/react-query';
import { Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { AppearanceSwitch, LanguageSwitch } from '../app/switches';
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
    <Flex vertical align="center" justify="center" className="sign-in" gap={16}>
      <div className="sign-in-card">
        <Flex vertical align="center" gap={4} style={{ marginBottom: 24 }}>
          <img src="/favicon.svg" alt="" width={44} height={44} />
          <Typography.Title level={3} style={{ margin: '8px 0 0' }}>
            {t('app.name')}
          </Typography.Title>
          <Typography.Text type="secondary">{t('app.purpose')}</Typography.Text>
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
