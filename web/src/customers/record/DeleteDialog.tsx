import { useQuery } from '@tanstack/react-query';
import { App, Flex, Modal, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../../api/types';
import { Failure } from '../../app/Failure';
import { Waiting } from '../../app/Loaded';
import { formatCount } from '../../app/format';
import { interactionCountQuery } from '../../interactions/queries';
import { customerTagsQuery } from '../../tags/queries';
import { useDeleteCustomer } from '../writes';

interface DeleteDialogProps {
  customer: Customer;
  onClose: () => void;
  onDeleted: () => void;
}

/** The second question before a customer goes: with all that hangs on it by name. */
export default function DeleteDialog({ customer, onClose, onDeleted }: DeleteDialogProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const remove = useDeleteCustomer();
  const interactions = useQuery(interactionCountQuery(customer.id));
  const tags = useQuery(customerTagsQuery(customer.id));
  const read = !interactions.isPending && !tags.isPending;

  const hanging = [
    customer.contacts.length > 0 &&
      t('record.hang.contacts', { formatted: formatCount(customer.contacts.length) }),
    interactions.data &&
      interactions.data.size > 0 &&
      t('record.hang.interactions', {
        formatted: `${formatCount(interactions.data.size)}${interactions.data.capped ? '+' : ''}`,
      }),
    tags.data &&
      tags.data.tags.length > 0 &&
      t('record.hang.tags', {
        names: tags.data.tags.map(({ tag }) => tag.name).join(t('app.listSeparator')),
      }),
  ].filter((line) => typeof line === 'string');

  const submit = () =>
    remove.mutate(
      { id: customer.id, etag: customer.etag },
      {
        onSuccess: () => {
          void message.success(t('customer.deleted', { name: customer.name }));
          onDeleted();
        },
      },
    );
  return (
    <Modal
      open
      title={t('customer.deleteTitle', { name: customer.name })}
      okText={t('action.delete')}
      okButtonProps={{ danger: true, disabled: !read }}
      cancelText={t('action.cancel')}
      confirmLoading={remove.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <Flex vertical gap={8}>
        <Typography.Text>{t('customer.deleteExplanation')}</Typography.Text>
        {!read && <Waiting rows={2} />}
        {read && hanging.length === 0 && <Typography.Text>{t('record.hang.nothing')}</Typography.Text>}
        {read && hanging.length > 0 && (
          <div>
            <Typography.Text strong>{t('record.hangs')}</Typography.Text>
            <ul className="hanging">
              {hanging.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </div>
        )}
        {remove.error && <Failure error={remove.error} />}
      </Flex>
    </Modal>
  );
}
