import { PlusOutlined } from '@ant-design/icons';
import { Button, Drawer, Empty, Flex, Typography } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer, Share } from '../api/types';
import { useDangerQuestion } from '../app/danger-question';
import { Loaded } from '../app/Loaded';
import { useUserName } from '../people/users';
import { sharesQuery } from './queries';
import { ShareForm } from './ShareForm';
import { useEndShare } from './writes';

interface SharesDrawerProps {
  customer: Customer;
  onClose: () => void;
}

/** With whom a customer is shared, to be changed and taken back. */
export default function SharesDrawer({ customer, onClose }: SharesDrawerProps) {
  const { t } = useTranslation();
  const query = useQuery(sharesQuery(customer.id));
  const [edited, setEdited] = useState<Share | 'new'>();
  return (
    <Drawer open title={t('share.titleOf', { name: customer.name })} size={560} onClose={onClose}>
      <Flex vertical gap={12}>
        <Typography.Text type="secondary">{t('share.explanation')}</Typography.Text>
        <div>
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setEdited('new')}>
            {t('share.add')}
          </Button>
        </div>
        <Loaded query={query} rows={2}>
          {(shares) =>
            shares.length === 0 ? (
              <Empty description={t('share.empty')} />
            ) : (
              <ul className="plain-list" aria-label={t('share.title')}>
                {shares.map((share) => (
                  <ShareRow key={share.id} share={share} onEdit={() => setEdited(share)} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Flex>
      {edited && (
        <ShareForm
          customer={customer}
          share={edited === 'new' ? undefined : edited}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Drawer>
  );
}

function ShareRow({ share, onEdit }: { share: Share; onEdit: () => void }) {
  const { t } = useTranslation();
  const ask = useDangerQuestion();
  const end = useEndShare(share.customerId);
  // Somebody who is disabled has no name among people to choose from.
  const name = useUserName()(share.userId) || t('share.nobody');
  const title = t('share.endTitle', { name });
  const askToEnd = () => ask({ title, okText: t('share.end'), act: () => end.mutateAsync(share.id) });
  return (
    <li>
      <Flex justify="space-between" align="center" gap={8} wrap>
        <Flex vertical>
          <strong>{name}</strong>
          <Typography.Text type="secondary">
            {t(`share.access.${share.access}`)} ·{' '}
            {share.endDate ? t('share.until', { day: share.endDate }) : t('share.endless')}
          </Typography.Text>
        </Flex>
        <Flex>
          <Button size="small" type="link" aria-label={t('share.editTitle', { name })} onClick={onEdit}>
            {t('action.edit')}
          </Button>
          <Button size="small" type="link" danger aria-label={title} onClick={askToEnd}>
            {t('share.end')}
          </Button>
        </Flex>
      </Flex>
    </li>
  );
}
