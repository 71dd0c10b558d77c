import { useQuery } from '@tanstack/react-query';
import { Alert, Flex, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Department } from '../api/types';
import { Failure } from '../app/Failure';
import { formatCount } from '../app/format';
import { type Relocation, relocationQuery, useDepartmentName, useRelocate } from './departments';
import { DepartmentSelect } from './DepartmentSelect';

interface RelocationDialogProps {
  department: Department;
  how: Relocation;
  onClose: () => void;
}

/** Moves a department below another or merges it into one, and says first whom that takes along. */
export default function RelocationDialog({ department, how, onClose }: RelocationDialogProps) {
  const { t } = useTranslation();
  const nameOf = useDepartmentName();
  const [targetId, setTargetId] = useState('');
  const relocate = useRelocate();
  const relocated = { id: department.id, how, targetId };
  // Moved to the root it stands below nothing; merged it needs one to be merged into.
  const chosen = targetId !== '' || (how === 'move' && department.parentId !== '');
  const preview = useQuery({ ...relocationQuery(relocated), enabled: chosen });
  const error = relocate.error ?? preview.error;
  return (
    <Modal
      open
      title={t(`department.${how}Title`, { name: department.name })}
      okText={t(`department.${how}`)}
      okButtonProps={{ disabled: !chosen || !preview.data }}
      cancelText={t('action.cancel')}
      confirmLoading={relocate.isPending}
      onOk={() => relocate.mutate(relocated, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <Flex vertical gap={12}>
        <span>{t(`department.${how}Means`)}</span>
        <DepartmentSelect
          autoFocus
          label={t(`department.${how}Target`)}
          placeholder={t(how === 'move' ? 'department.root' : 'form.choose')}
          without={department.id}
          value={targetId}
          onChange={setTargetId}
        />
        {error && <Failure error={error} />}
        {preview.data && (
          <Alert
            type="info"
            showIcon
            title={t(`department.${how}Preview`, {
              people: formatCount(preview.data.userCount),
              departments: formatCount(preview.data.departmentCount),
              target: nameOf(targetId) || t('department.root'),
            })}
          />
        )}
      </Flex>
    </Modal>
  );
}
