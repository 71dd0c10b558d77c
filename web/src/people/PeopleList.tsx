import { Card, Flex, Grid, Table, type TableColumnsType } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '../api/types';
import { formatShortTime, formatTime } from '../app/format';
import { Note } from '../app/text';
import { useDepartmentName } from '../departments/departments';
import { useRoleName } from '../roles/roles';
import { PersonName } from './PersonName';
import { usePostName } from './posts';

interface PeopleListProps {
  people: User[];
  actions: (user: User) => ReactNode;
}

export function PeopleList({ people, actions }: PeopleListProps) {
  const wide = Grid.useBreakpoint().lg ?? true;
  const columns = useColumns(actions);
  if (!wide) return <PeopleCards people={people} actions={actions} />;
  return (
    <Table<User>
      size="small"
      rowKey="id"
      columns={columns}
      dataSource={people}
      pagination={false}
      sticky={{ offsetHeader: 52 }}
    />
  );
}

function useColumns(actions: PeopleListProps['actions']): TableColumnsType<User> {
  const { t } = useTranslation();
  const departmentName = useDepartmentName();
  const postName = usePostName();
  return [
    {
      title: t('people.field.displayName'),
      width: 150,
      render: (_, user) => <Name user={user} />,
    },
    { title: t('people.field.username'), dataIndex: 'username', width: 120, ellipsis: true },
    {
      title: t('people.field.departmentId'),
      width: 130,
      ellipsis: true,
      render: (_, { departmentId }) => departmentName(departmentId),
    },
    {
      title: t('people.field.postId'),
      width: 100,
      ellipsis: true,
      render: (_, { postId }) => postName(postId),
    },
    { title: t('people.field.roles'), render: (_, user) => <Roles user={user} /> },
    {
      title: t('people.field.lastSignInTime'),
      width: 112,
      render: (_, { lastSignInTime }) =>
        lastSignInTime ? (
          <span title={formatTime(lastSignInTime)}>{formatShortTime(lastSignInTime)}</span>
        ) : (
          <Note>{t('people.never')}</Note>
        ),
    },
    { width: 130, render: (_, user) => actions(user) },
  ];
}

/** The list on a phone. */
function PeopleCards({ people, actions }: PeopleListProps) {
  const { t } = useTranslation();
  const departmentName = useDepartmentName();
  const postName = usePostName();
  return (
    <Flex vertical gap={8}>
      {people.map((user) => (
        <Card key={user.id} size="small" className="card-row">
          <Flex align="center" gap={8}>
            <Name user={user} />
            <Note>{user.username}</Note>
            <span className="push-end">{actions(user)}</span>
          </Flex>
          <Flex gap="4px 8px" wrap align="center">
            <span>
              {[departmentName(user.departmentId), postName(user.postId)].filter(Boolean).join(' · ')}
            </span>
            <Roles user={user} />
            <Note>
              {t('people.field.lastSignInTime')}
              {t('app.colon')}
              {formatShortTime(user.lastSignInTime) || t('people.never')}
            </Note>
          </Flex>
        </Card>
      ))}
    </Flex>
  );
}

function Name({ user }: { user: User }) {
  const { t } = useTranslation();
  return (
    <Flex align="center" gap={6}>
      <PersonName user={user} />
      {user.disabled && <span className="badge badge-lost">{t('people.disabled')}</span>}
    </Flex>
  );
}

function Roles({ user }: { user: User }) {
  const { t } = useTranslation();
  const roleName = useRoleName();
  if (user.roles.length === 0) return <Note>{t('people.noRole')}</Note>;
  return (
    <Flex gap={4} wrap>
      {user.roles.map((role) => (
        <span key={role} className="badge">
          {roleName(role)}
        </span>
      ))}
    </Flex>
  );
}
