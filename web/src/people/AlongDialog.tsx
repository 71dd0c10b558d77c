import { useQuery } from '@tanstack/react-query';
import { Flex, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import type { User } from '../api/types';
import { Failure } from '../app/Failure';
import { formatCount } from '../app/format';
import { Waiting } from '../app/Loaded';
import { Note } from '../app/text';
import { useAssignCustomers } from '../customers/bulk/writes';
import { useDepartmentName } from '../departments/departments';
import { followJob } from '../jobs/jobs';
import { leftBehind, leftBehindQuery } from './along';

interface AlongDialogProps {
  user: User;
  onClose: () => void;
}

/** Takes somebody's customers along into the department that the person is in now: when the person moved, they stayed. */
export default function AlongDialog({ user, onClose }: AlongDialogProps) {
  const { t } = useTranslation();
  const department = useDepartmentName()(user.departmentId) || t('people.noDepartment');
  const query = useQuery(leftBehindQuery(user));
  const assign = useAssignCustomers();
  const error = assign.error ?? query.error;
  const submit = () =>
    assign.mutate(
      { ownerId: user.id, target: { where: leftBehind(user) } },
      {
        onSuccess: ({ job }) => {
          if (job) followJob({ id: job.id, service: 'customers', work: 'along', name: user.displayName });
          onClose();
        },
      },
    );
  return (
    <Modal
      open
      title={t('along.title', { name: user.displayName })}
      okText={t('along.take')}
      okButtonProps={{ disabled: !query.data }}
      cancelText={t('action.cancel')}
      confirmLoading={assign.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <Flex vertical gap={12}>
        {error && <Failure error={error} />}
        {query.isPending && <Waiting rows={1} />}
        {query.data === 0 && <span>{t('along.none', { department })}</span>}
        {query.data !== undefined && query.data > 0 && (
          <>
            <span>{t('along.means', { formatted: formatCount(query.data), department })}</span>
            <Note>{t('bulk.behind')}</Note>
          </>
        )}
      </Flex>
    </Modal>
  );
}
