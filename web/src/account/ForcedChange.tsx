import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys';
import { useSignOut } from '../session/sign-out';
import { PasswordForm } from './PasswordForm';

/** Stands in place of every page until the person has chosen a password of their own. */
export default function ForcedChange() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const signOut = useSignOut();
  return (
    <Flex component="main" vertical align="center" justify="center" className="sign-in">
      <div className="sign-in-card">
        <Typography.Title level={4}>{t('account.forced.title')}</Typography.Title>
        <Alert type="info" showIcon title={t('account.forced.explanation')} className="form-failure" />
        <PasswordForm onChanged={() => void queryClient.invalidateQueries({ queryKey: keys.me })} />
        <Button type="link" onClick={() => signOut.mutate()} loading={signOut.isPending}>
          {t('session.signOut')}
        </Button>
      </div>
    </Flex>
  );
}
