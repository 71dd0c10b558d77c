import { Button, Card, Empty, Flex, Grid, Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import type { User } from '../api/types';
import { formatCount } from '../app/format';
import { Note } from '../app/text';
import { useDepartmentName } from '../departments/departments';
import { useCountedCustomers } from '../home/counted';
import { FigureLink } from '../home/FigureLink';
import { PersonName } from '../people/PersonName';
import { usePostName } from '../people/posts';
import { useMaySee } from '../session/me';
import type { Member } from './members';

interface TeamListProps {
  members: Member[];
  /** The figures are there. */
  counted: boolean;
  onHandOver: (user: User) => void;
}

export function TeamList(props: TeamListProps) {
  const { t } = useTranslation();
  const wide = Grid.useBreakpoint().md ?? true;
  const columns = useColumns(props);
  if (props.members.length === 0) return <Empty className="centred" description={t('team.nobody')} />;
  if (!wide) return <TeamCards {...props} />;
  return (
    <Table<Member>
      size="small"
      rowKey={({ user }) => user.id}
      columns={columns}
      dataSource={props.members}
      pagination={false}
      sticky={{ offsetHeader: 52 }}
    />
  );
}

function useColumns({ counted, onHandOver }: TeamListProps): TableColumnsType<Member> {
  const { t } = useTranslation();
  const departmentName = useDepartmentName();
  const postName = usePostName();
  const seesAuthors = useMaySee()('interaction.authorId');
  const contacts: TableColumnsType<Member>[number] = {
    title: t('home.figure.contactsThisWeek'),
    align: 'end',
    render: (_, { contactsThisWeek }) => counted && formatCount(contactsThisWeek),
  };
  return [
    { title: t('people.field.displayName'), render: (_, { user }) => <PersonName user={user} /> },
    { title: t('people.field.departmentId'), render: (_, { user }) => departmentName(user.departmentId) },
    { title: t('people.field.postId'), render: (_, { user }) => postName(user.postId) },
    {
      title: t('home.figure.customerCount'),
      align: 'end',
      render: (_, member) => counted && <Owned member={member} />,
    },
    ...(seesAuthors ? [contacts] : []),
    { width: 140, align: 'end', render: (_, { user }) => <HandOver user={user} onClick={onHandOver} /> },
  ];
}

/** The list on a phone. */
function TeamCards({ members, counted, onHandOver }: TeamListProps) {
  const { t } = useTranslation();
  const departmentName = useDepartmentName();
  return (
    <Flex vertical gap={8}>
      {members.map((member) => (
        <Card key={member.user.id} size="small" className="card-row">
          <Flex align="center" gap={8}>
            <PersonName user={member.user} />
            <span className="push-end">
              <HandOver user={member.user} onClick={onHandOver} />
            </span>
          </Flex>
          <Flex gap="4px 12px" wrap>
            <span>{departmentName(member.user.departmentId)}</span>
            {counted && (
              <Note>
                {t('home.figure.customerCount')}
                {t('app.colon')}
                <Owned member={member} />
              </Note>
            )}
          </Flex>
        </Card>
      ))}
    </Flex>
  );
}

function Owned({ member: { user, customers } }: { member: Member }) {
  const counted = useCountedCustomers();
  const theirs = customers > 0 ? counted({ field: 'ownerId', op: 'in', values: [user.id] }) : undefined;
  return <FigureLink to={theirs}>{formatCount(customers)}</FigureLink>;
}

function HandOver({ user, onClick }: { user: User; onClick: (user: User) => void }) {
  const { t } = useTranslation();
  return (
    <Button
      size="small"
      type="link"
      aria-label={`${t('handover.open')} ${user.displayName}`}
      onClick={() => onClick(user)}
    >
      {t('handover.open')}
    </Button>
  );
}
