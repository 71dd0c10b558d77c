import { useQuery } from '@tanstack/react-query';
import { Flex, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../app/Failure';
import { Loaded } from '../app/Loaded';
import { Outcome } from './Outcome';
import { type Plan, previewQuery } from './roles';

interface PlanDialogProps {
  plan: Plan;
  title: string;
  okText: string;
  danger?: boolean;
  saving: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

/** Says who gains and loses what before it is done; what would lock everybody out is refused here already. */
export default function PlanDialog(props: PlanDialogProps) {
  const { plan, title, okText, danger = false, saving, error, onConfirm, onClose } = props;
  const { t } = useTranslation();
  const preview = useQuery(previewQuery(plan));
  return (
    <Modal
      open
      width={640}
      title={title}
      okText={okText}
      okButtonProps={{ danger, disabled: !preview.data || preview.data.lastAdministrator }}
      cancelText={t('action.cancel')}
      confirmLoading={saving}
      onOk={onConfirm}
      onCancel={onClose}
    >
      <Flex vertical gap={12}>
        {Boolean(error) && <Failure error={error} />}
        <Loaded query={preview} rows={3}>
          {(found) => <Outcome preview={found} />}
        </Loaded>
      </Flex>
    </Modal>
  );
}
