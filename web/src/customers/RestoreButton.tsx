import { UndoOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../api/types';
import { useFailureDialog } from '../app/failure-dialog';
import { useMay } from '../session/me';
import { useRestoreCustomer } from './writes';

export function RestoreButton({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const may = useMay();
  const showFailure = useFailureDialog();
  const restore = useRestoreCustomer();
  if (!may('customer.restore', customer.ownerId)) return null;
  return (
    <Button
      size="small"
      icon={<UndoOutlined />}
      loading={restore.isPending}
      onClick={() =>
        restore.mutate(customer.id, {
          onSuccess: () => void message.success(t('customer.restored', { name: customer.name })),
          onError: (error) => showFailure(t('customer.restore'), error),
        })
      }
    >
      {t('customer.restore')}
    </Button>
  );
}
