import { useQuery } from '@tanstack/react-query';
import { Alert, Flex, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../app/Failure';
import { formatCount } from '../app/format';
import { Loaded } from '../app/Loaded';
import { ChangeList } from './ChangeList';
import { type Plan, type Preview, previewQuery } from './roles';

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

function Outcome({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  const { changes, userCount, lastAdministrator } = preview;
  return (
    <>
      {lastAdministrator && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={t('role.lastAdministrator')}
          description={t('role.lastAdministratorMeans')}
        />
      )}
      <span>
        {userCount === 0
          ? t('role.nobodyAffected')
          : t('role.affected', { count: userCount, formatted: formatCount(userCount) })}
      </span>
      <ChangeList changes={changes} />
    </>
  );
}
