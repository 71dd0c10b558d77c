import './departments.css';
import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Card, Flex, Grid } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Department } from '../api/types';
import { useDangerQuestion } from '../app/danger-question';
import { Loaded } from '../app/Loaded';
import { DepartmentMenu, type Work } from './DepartmentMenu';
import { DepartmentSelect } from './DepartmentSelect';
import { DepartmentTree } from './DepartmentTree';
import { departmentsQuery, useDeleteDepartment } from './departments';

const DepartmentForm = lazy(() => import('./DepartmentForm'));
const RelocationDialog = lazy(() => import('./RelocationDialog'));

interface DepartmentsPanelProps {
  /** Empty: everybody. */
  chosen: string;
  onChoose: (id: string) => void;
}

/** The departments: a tree where there is room for one, a choice on a phone. */
export function DepartmentsPanel({ chosen, onChoose }: DepartmentsPanelProps) {
  const { t } = useTranslation();
  const wide = Grid.useBreakpoint().md ?? true;
  const query = useQuery(departmentsQuery);
  const [work, setWork] = useState<{ kind: Work; department?: Department }>();
  const askToDelete = useDeleteQuestion(() => onChoose(''));
  const begin = (kind: Work, department: Department) => {
    if (kind === 'delete') askToDelete(department);
    else setWork({ kind, department });
  };
  const current = query.data?.find(({ id }) => id === chosen);
  const create = (
    <Button
      type={wide ? 'text' : 'default'}
      size={wide ? 'small' : 'middle'}
      icon={<PlusOutlined />}
      aria-label={t('department.create')}
      onClick={() => setWork({ kind: 'create' })}
    />
  );
  return (
    <>
      {wide ? (
        <Card size="small" title={t('department.title')} extra={create} className="departments">
          <Loaded query={query} rows={4}>
            {() => <DepartmentTree chosen={chosen} onChoose={onChoose} onWork={begin} />}
          </Loaded>
        </Card>
      ) : (
        <Flex gap={8} align="center">
          <DepartmentSelect
            label={t('department.title')}
            placeholder={t('department.all')}
            value={chosen}
            onChange={onChoose}
          />
          {current && <DepartmentMenu department={current} onWork={(kind) => begin(kind, current)} />}
          {create}
        </Flex>
      )}
      <Suspense fallback={null}>
        <Dialogs work={work} onClose={() => setWork(undefined)} />
      </Suspense>
    </>
  );
}

interface DialogsProps {
  work: { kind: Work; department?: Department } | undefined;
  onClose: () => void;
}

function Dialogs({ work, onClose }: DialogsProps) {
  if (!work) return null;
  const { kind, department } = work;
  if (kind === 'create') return <DepartmentForm parentId={department?.id} onClose={onClose} />;
  if (!department) return null;
  if (kind === 'edit') return <DepartmentForm department={department} onClose={onClose} />;
  if (kind === 'delete') return null;
  return <RelocationDialog department={department} how={kind} onClose={onClose} />;
}

function useDeleteQuestion(onDeleted: () => void): (department: Department) => void {
  const { t } = useTranslation();
  const ask = useDangerQuestion();
  const remove = useDeleteDepartment();
  return ({ id, name }) =>
    ask({
      title: t('department.deleteTitle', { name }),
      content: t('department.deleteMeans'),
      act: () => remove.mutateAsync(id).then(onDeleted),
    });
}
