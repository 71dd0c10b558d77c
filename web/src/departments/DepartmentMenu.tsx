import { EllipsisOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Department } from '../api/types';

export type Work = 'create' | 'edit' | 'move' | 'merge' | 'delete';
const WORKS: Work[] = ['create', 'edit', 'move', 'merge', 'delete'];

interface DepartmentMenuProps {
  department: Department;
  onWork: (work: Work) => void;
}

/** What can be done with a department. */
export function DepartmentMenu({ department, onWork }: DepartmentMenuProps) {
  const { t } = useTranslation();
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: WORKS.map((key) => ({ key, label: t(`department.work.${key}`), danger: key === 'delete' })),
        onClick: ({ key, domEvent }) => {
          domEvent.stopPropagation();
          onWork(key as Work);
        },
      }}
    >
      <Button
        type="text"
        size="small"
        icon={<EllipsisOutlined />}
        aria-label={t('department.menu', { name: department.name })}
        onClick={(event) => event.stopPropagation()}
      />
    </Dropdown>
  );
}
