import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Card, Flex, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { Role } from '../api/types';
import { formatCount } from '../app/format';
import { Loaded } from '../app/Loaded';
import { Note } from '../app/text';
import { rolesQuery, useDeleteRole, useLabelOf } from './roles';

const RoleNameForm = lazy(() => import('./RoleNameForm'));
const PlanDialog = lazy(() => import('./PlanDialog'));

type Open = { kind: 'new'; original?: Role } | { kind: 'delete'; role: Role } | undefined;

export function RoleList() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const labelOf = useLabelOf();
  const query = useQuery(rolesQuery);
  const remove = useDeleteRole();
  const [open, setOpen] = useState<Open>();
  const close = () => {
    setOpen(undefined);
    remove.reset();
  };
  return (
    <Flex vertical gap={12}>
      <Button type="primary" className="fit" icon={<PlusOutlined />} onClick={() => setOpen({ kind: 'new' })}>
        {t('role.create')}
      </Button>
      <Loaded query={query}>
        {(roles) => (
          <Card size="small">
            <ul className="plain-list">
              {roles.map((role) => (
                <li key={role.code}>
                  <RoleRow
                    role={role}
                    onCopy={() => setOpen({ kind: 'new', original: role })}
                    onDelete={() => setOpen({ kind: 'delete', role })}
                  />
                </li>
              ))}
            </ul>
          </Card>
        )}
      </Loaded>
      <Suspense fallback={null}>
        {open?.kind === 'new' && (
          <RoleNameForm
            original={open.original}
            onMade={(code) => void navigate(`/roles/${code}`)}
            onClose={close}
          />
        )}
        {open?.kind === 'delete' && (
          <PlanDialog
            plan={{ deletedRole: open.role.code }}
            title={t('role.deleteTitle', { name: labelOf(open.role) })}
            okText={t('action.delete')}
            danger
            saving={remove.isPending}
            error={remove.error}
            onConfirm={() => remove.mutate(open.role.code, { onSuccess: close })}
            onClose={close}
          />
        )}
      </Suspense>
    </Flex>
  );
}

interface RoleRowProps {
  role: Role;
  onCopy: () => void;
  onDelete: () => void;
}

function RoleRow({ role, onCopy, onDelete }: RoleRowProps) {
  const { t } = useTranslation();
  const name = useLabelOf()(role);
  const count = role.userCount ?? 0;
  return (
    <Flex align="center" gap="4px 8px" wrap>
      <Link to={`/roles/${role.code}`} className="role-name">
        {name}
      </Link>
      {role.builtIn && <Tag>{t('role.builtIn')}</Tag>}
      <Note>{t('role.people', { count, formatted: formatCount(count) })}</Note>
      {role.description && <Note>{role.description}</Note>}
      <span className="push-end">
        <Button size="small" type="link" onClick={onCopy}>
          {t('role.copy')}
        </Button>
        {!role.builtIn && (
          <Button size="small" type="link" danger onClick={onDelete}>
            {t('action.delete')}
          </Button>
        )}
      </span>
    </Flex>
  );
}
