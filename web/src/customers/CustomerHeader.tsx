import { DeleteOutlined, EditOutlined, PhoneOutlined } from '@ant-design/icons';
import { App, Button, Card, Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Customer } from '../api/types';
import { useFailureDialog } from '../app/failure-dialog';
import { useDictionaries } from '../dictionaries/dictionaries';
import { useMay } from '../session/me';
import { CustomerTagBar } from '../tags/CustomerTagBar';
import { LevelTag, StatusTag } from './cells';
import { useDeleteCustomer } from './writes';

interface CustomerHeaderProps {
  customer: Customer;
  onEdit: () => void;
  onRecord: () => void;
}

export function CustomerHeader({ customer, onEdit, onRecord }: CustomerHeaderProps) {
  const { t } = useTranslation();
  const may = useMay();
  const { label } = useDictionaries();
  const standing = customer.deleteTime === undefined;
  return (
    <Card size="small">
      <Flex align="start" justify="space-between" gap={12} wrap>
        <Flex vertical gap={6}>
          <Flex align="center" gap={8} wrap>
            <Typography.Title level={4} className="page-title">
              {customer.name}
            </Typography.Title>
            <LevelTag level={customer.level} label={label('level', customer.level)} />
            <StatusTag status={customer.status} label={label('status', customer.status)} />
            <Typography.Text type="secondary" copyable={{ text: customer.code }}>
              {customer.code}
            </Typography.Text>
          </Flex>
          <CustomerTagBar customer={customer} />
        </Flex>
        {standing && (
          <Flex gap={8} wrap>
            {may('interaction.create', customer.ownerId) && (
              <Button type="primary" icon={<PhoneOutlined />} onClick={onRecord}>
                {t('interaction.record')}
              </Button>
            )}
            {may('customer.update', customer.ownerId) && (
              <Button icon={<EditOutlined />} onClick={onEdit}>
                {t('action.edit')}
              </Button>
            )}
            {may('customer.delete', customer.ownerId) && <DeleteButton customer={customer} />}
          </Flex>
        )}
      </Flex>
    </Card>
  );
}

function DeleteButton({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const navigate = useNavigate();
  const showFailure = useFailureDialog();
  const remove = useDeleteCustomer();
  const done = async () => {
    await navigate('/customers');
    void message.success(t('customer.deleted', { name: customer.name }));
  };
  const ask = () =>
    void modal.confirm({
      title: t('customer.deleteTitle', { name: customer.name }),
      content: t('customer.deleteExplanation'),
      okText: t('action.delete'),
      okButtonProps: { danger: true },
      cancelText: t('action.cancel'),
      onOk: () =>
        remove
          .mutateAsync({ id: customer.id, etag: customer.etag })
          .then(done, (error: unknown) =>
            showFailure(t('customer.deleteTitle', { name: customer.name }), error),
          ),
    });
  return (
    <Button danger icon={<DeleteOutlined />} onClick={ask}>
      {t('action.delete')}
    </Button>
  );
}
