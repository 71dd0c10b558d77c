import { useQuery } from '@tanstack/react-query';
import { Card, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import { formatTime } from '../app/format';
import { Loaded } from '../app/Loaded';
import { externalQuery } from '../session/external';

/** Whether one's account is linked with the provider of sign-ins, where one is set. */
export function ExternalIdentityCard() {
  const { t } = useTranslation();
  const external = useQuery(externalQuery);
  const identity = useQuery({
    queryKey: keys.externalIdentity,
    queryFn: ({ signal }) => answer(api.GET('/v1/me/externalIdentity', { signal })),
    enabled: external.data?.enabled === true,
  });
  if (!external.data?.enabled) return null;
  return (
    <Card title={t('account.external.title')}>
      <Loaded query={identity} rows={1}>
        {({ linked, issuer, linkTime }) =>
          linked ? (
            <span>
              <strong>{t('account.external.linked')}</strong>{' '}
              <Typography.Text type="secondary">
                {t('account.external.since', { issuer, time: formatTime(linkTime) })}
              </Typography.Text>
            </span>
          ) : (
            <Typography.Text type="secondary">{t('account.external.notLinked')}</Typography.Text>
          )
        }
      </Loaded>
    </Card>
  );
}
