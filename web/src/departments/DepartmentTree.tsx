import { Tree } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Department } from '../api/types';
import { DepartmentMenu, type Work } from './DepartmentMenu';
import { useDepartmentTree } from './departments';

interface DepartmentTreeProps {
  /** Empty: everybody. */
  chosen: string;
  onChoose: (id: string) => void;
  onWork: (work: Work, department: Department) => void;
}

/** The departments beside the people; the one that is chosen narrows them. */
export function DepartmentTree({ chosen, onChoose, onWork }: DepartmentTreeProps) {
  const { t } = useTranslation();
  const treeData = useDepartmentTree();
  if (treeData.length === 0) return null;
  return (
    <Tree
      blockNode
      defaultExpandAll
      className="department-tree"
      aria-label={t('department.title')}
      treeData={treeData}
      selectedKeys={chosen === '' ? [] : [chosen]}
      onSelect={([key]) => onChoose(key === undefined ? '' : String(key))}
      titleRender={({ department }) => (
        <span className="department">
          <span className="clipped">{department.name}</span>
          <PartnerMark department={department} />
          <span className="push-end">
            <DepartmentMenu department={department} onWork={(work) => onWork(work, department)} />
          </span>
        </span>
      )}
    />
  );
}

/** A partner's company stands apart from one's own departments. */
function PartnerMark({ department }: { department: Department }) {
  const { t } = useTranslation();
  return department.kind === 'PARTNER' ? (
    <span className="badge badge-vip">{t('department.partner')}</span>
  ) : null;
}
