import { useQuery } from '@tanstack/react-query';
import { Button, Flex, Form, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../app/Failure';
import { formatTime } from '../app/format';
import { externalIdentityQuery, useUnlink } from './queries';

/** The link of somebody with the provider of sign-ins, and taking it away. */
export function ExternalIdentity({ userId }: { userId: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(externalIdentityQuery(userId));
  const unlink = useUnlink();
  if (!data?.linked) return null;
  return (
    <Form.Item label={t('people.external')}>
      <Flex vertical gap={8} align="start">
        <span>{t('people.externalSince', { issuer: data.issuer, time: formatTime(data.linkTime) })}</span>
        {unlink.error && <Failure error={unlink.error} />}
        <Popconfirm
          title={t('people.unlink')}
          description={t('people.unlinkMeans')}
          okText={t('people.unlink')}
          cancelText={t('action.cancel')}
          onConfirm={() => unlink.mutate(userId)}
        >
          <Button danger size="small" loading={unlink.isPending}>
            {t('people.unlink')}
          </Button>
        </Popconfirm>
      </Flex>
    </Form.Item>
  );
}
