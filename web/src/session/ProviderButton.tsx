import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../app/Failure';
import { safePath } from './safe-path';
import { externalQuery, useLeaveForProvider } from './external';

/** The way to a provider of sign-ins, where one is set. */
export function ProviderButton({ from }: { from: string | null }) {
  const { t, i18n } = useTranslation();
  const { data } = useQuery(externalQuery);
  const leave = useLeaveForProvider();
  if (!data?.enabled) return null;
  const name = i18n.language === 'en' ? data.labelEn : data.labelZh;
  return (
    <div className="sign-in-provider">
      <span>{t('session.or')}</span>
      {leave.error && <Failure error={leave.error} />}
      <Button
        size="large"
        block
        loading={leave.isPending || leave.isSuccess}
        onClick={() => leave.mutate(safePath(from))}
      >
        {t('session.signInBy', { name })}
      </Button>
    </div>
  );
}
