import { Alert, Flex } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../../api/types';
import { useCommand } from '../../app/commands';
import { formatTime } from '../../app/format';
import { useShortcut } from '../../app/shortcuts';
import { Stale } from '../../app/Stale';
import { noteRecent } from '../../palette/recent';
import { useMay, useMe } from '../../session/me';
import { useMayEdit, useSharing } from '../../shares/sharing';
import { RestoreButton } from '../RestoreButton';
import { CustomerDetails } from './CustomerDetails';
import { CustomerHeader } from './CustomerHeader';
import { RecordTabs } from './RecordTabs';

const CustomerForm = lazy(() => import('../CustomerForm'));
const InteractionForm = lazy(() => import('../../interactions/InteractionForm'));
const SharesDrawer = lazy(() => import('../../shares/SharesDrawer'));
const DeleteDialog = lazy(() => import('./DeleteDialog'));

interface CustomerRecordProps {
  customer: Customer;
  onDeleted: () => void;
}

type Opened = 'edit' | 'interaction' | 'share' | 'delete';

/** All of a customer: fields at the left, what hangs on it at the right. */
export function CustomerRecord({ customer, onDeleted }: CustomerRecordProps) {
  const { t } = useTranslation();
  const may = useMay();
  const me = useMe();
  const mayEdit = useMayEdit(customer);
  const sharing = useSharing(customer);
  const [opened, setOpened] = useState<Opened>();
  const close = () => setOpened(undefined);
  const { id, name, ownerId } = customer;
  useEffect(() => noteRecent(me.user.id, id), [me.user.id, id]);

  const standing = customer.deleteTime === undefined;
  const offers = {
    interaction: standing && may('interaction.create', ownerId),
    edit: mayEdit,
    share: sharing.offered,
    delete: standing && may('customer.delete', ownerId),
  };
  useShortcut('e', () => setOpened('edit'), { enabled: offers.edit });
  useCommand({
    key: 'record.interaction',
    label: t('interaction.recordTitle', { name }),
    run: () => setOpened('interaction'),
    enabled: offers.interaction,
  });
  useCommand({
    key: 'record.edit',
    label: t('customer.editTitle', { name }),
    run: () => setOpened('edit'),
    enabled: offers.edit,
  });
  useCommand({
    key: 'record.share',
    label: t('share.titleOf', { name }),
    run: () => setOpened('share'),
    enabled: offers.share,
  });
  useCommand({
    key: 'record.delete',
    label: t('customer.deleteTitle', { name }),
    run: () => setOpened('delete'),
    enabled: offers.delete,
  });
  return (
    <Flex vertical gap={12}>
      <title>{`${name} · CIMS`}</title>
      <CustomerHeader
        customer={customer}
        offers={offers}
        onOpen={setOpened}
        shareCount={sharing.shares.length}
      />
      {customer.deleteTime && (
        <Alert
          type="warning"
          showIcon
          title={t('customer.inBin', { time: formatTime(customer.deleteTime) })}
          action={<RestoreButton customer={customer} />}
        />
      )}
      <Stale pages={[customer]} text={t('list.copiesMayBeStale')} />
      <div className="record-columns">
        <CustomerDetails customer={customer} editable={offers.edit} />
        <RecordTabs customer={customer} onRecord={() => setOpened('interaction')} />
      </div>
      <Suspense fallback={null}>
        {opened === 'edit' && <CustomerForm customer={customer} onClose={close} onSaved={close} />}
        {opened === 'share' && <SharesDrawer customer={customer} onClose={close} />}
        {opened === 'interaction' && <InteractionForm customer={customer} onClose={close} />}
        {opened === 'delete' && <DeleteDialog customer={customer} onClose={close} onDeleted={onDeleted} />}
      </Suspense>
    </Flex>
  );
}
