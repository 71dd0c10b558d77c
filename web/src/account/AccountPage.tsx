import { Card, Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMay } from '../session/me';
import { ApiKeyList } from './ApiKeyList';
import { ExternalIdentityCard } from './ExternalIdentityCard';
import { PasswordForm } from './PasswordForm';
import { ProfileForm } from './ProfileForm';
import { SecondFactorCard } from './SecondFactorCard';
import { SessionList } from './SessionList';

/** One's own account: who one is, what proves it, and where one is signed in. */
export default function AccountPage() {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <Flex vertical gap={16} className="account">
      <Typography.Title level={4} className="page-title">
        {t('account.title')}
      </Typography.Title>
      <Card title={t('account.profile.title')}>
        <ProfileForm />
      </Card>
      <Card title={t('account.password.title')}>
        <PasswordForm />
      </Card>
      <Card title={t('account.factor.title')}>
        <SecondFactorCard />
      </Card>
      <ExternalIdentityCard />
      <Card title={t('account.session.title')}>
        <SessionList />
      </Card>
      <Card title={t('account.key.title')}>
        <ApiKeyList />
      </Card>
      {may('organisation.manage') && (
        <Card title={t('account.key.everybodys')}>
          <ApiKeyList everybodys />
        </Card>
      )}
    </Flex>
  );
}
