import { useQuery } from '@tanstack/react-query';
import { Button, Empty, Flex, Popconfirm, Tag, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../app/Failure';
import { formatTime } from '../app/format';
import { Loaded } from '../app/Loaded';
import { useUserName } from '../people/users';
import { useRoleName } from '../roles/roles';
import { ApiKeyForm } from './ApiKeyForm';
import { apiKeysQuery, type ListedKey, useRevokeApiKey } from './api-keys';
import { ShownKey } from './ShownKey';

/** One's own keys, which one makes and revokes; or everybody's, for administrators, who revoke. */
export function ApiKeyList({ everybodys = false }: { everybodys?: boolean }) {
  const { t } = useTranslation();
  const keys = useQuery(apiKeysQuery(everybodys));
  const revoke = useRevokeApiKey();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<string>();
  return (
    <Flex vertical gap={12} align="stretch">
      {!everybodys && (
        <Flex justify="space-between" gap={12} align="center" wrap>
          <Typography.Text type="secondary">{t('account.key.explanation')}</Typography.Text>
          <Button onClick={() => setMaking(true)}>{t('account.key.create')}</Button>
        </Flex>
      )}
      {revoke.error && <Failure error={revoke.error} />}
      <Loaded query={keys} rows={2}>
        {(list) =>
          list.length === 0 ? (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('account.key.none')} />
          ) : (
            <ul className="devices">
              {list.map((key) => (
                <KeyRow
                  key={key.id}
                  apiKey={key}
                  everybodys={everybodys}
                  revoking={revoke.isPending && revoke.variables.id === key.id}
                  onRevoke={() => revoke.mutate({ id: key.id, userId: everybodys ? key.userId : undefined })}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      {making && (
        <ApiKeyForm
          onClose={() => setMaking(false)}
          onMade={(text) => {
            setMaking(false);
            setMade(text);
          }}
        />
      )}
      {made && <ShownKey text={made} onClose={() => setMade(undefined)} />}
    </Flex>
  );
}

interface KeyRowProps {
  apiKey: ListedKey;
  everybodys: boolean;
  revoking: boolean;
  onRevoke: () => void;
}

function KeyRow({ apiKey, everybodys, revoking, onRevoke }: KeyRowProps) {
  const { t } = useTranslation();
  const userName = useUserName();
  const roleName = useRoleName();
  const roles = apiKey.roles.map(roleName).join(t('app.listSeparator'));
  return (
    <li>
      <Flex vertical className="device">
        <span>
          <Typography.Text strong>{apiKey.name}</Typography.Text>{' '}
          <Typography.Text code>{apiKey.hint}…</Typography.Text>{' '}
          {apiKey.readOnly && <Tag>{t('account.key.readOnly')}</Tag>}
          {apiKey.revokeTime && <Tag color="red">{t('account.key.revoked')}</Tag>}
          {!apiKey.revokeTime && apiKey.expired && <Tag color="orange">{t('account.key.expired')}</Tag>}
        </span>
        <Typography.Text type="secondary">
          {everybodys && `${userName(apiKey.userId)} · `}
          {t('account.key.facts', {
            roles,
            expires: formatTime(apiKey.expireTime),
            used: formatTime(apiKey.useTime) || t('account.key.neverUsed'),
          })}
        </Typography.Text>
      </Flex>
      {!apiKey.revokeTime && !apiKey.expired && (
        <Popconfirm
          title={t('account.key.revokeQuestion', { name: apiKey.name })}
          okText={t('account.key.revoke')}
          cancelText={t('action.cancel')}
          onConfirm={onRevoke}
        >
          <Button danger size="small" loading={revoking}>
            {t('account.key.revoke')}
          </Button>
        </Popconfirm>
      )}
    </li>
  );
}
