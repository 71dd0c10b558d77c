import { Table } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Home } from '../api/types';
import { formatCount } from '../app/format';
import { PersonName } from '../people/PersonName';
import { useUserOf } from '../people/users';
import { useMaySee } from '../session/me';
import { useCountedCustomers } from './counted';
import { FigureLink } from './FigureLink';

type Member = Home['team'][number];

export function TeamTable({ team }: { team: Home['team'] }) {
  const { t } = useTranslation();
  const userOf = useUserOf();
  const customers = useCountedCustomers();
  const contacts = {
    title: t('home.figure.contactsThisWeek'),
    dataIndex: 'contactsThisWeek',
    align: 'end',
    sorter: (a: Member, b: Member) => (a.contactsThisWeek ?? 0) - (b.contactsThisWeek ?? 0),
    render: formatCount,
  } as const;
  const seesAuthors = useMaySee()('interaction.authorId');
  return (
    <Table
      size="small"
      rowKey="userId"
      dataSource={team}
      pagination={false}
      columns={[
        {
          title: t('home.member'),
          dataIndex: 'userId',
          render: (id: string) => (
            <FigureLink
              to={customers({
                field: 'ownerId',
                ...(id ? { op: 'in', values: [id] } : { op: 'empty', values: [] }),
              })}
            >
              <PersonName user={userOf(id)} nobody={t('home.noOwner')} />
            </FigureLink>
          ),
        },
        {
          title: t('home.figure.customerCount'),
          dataIndex: 'customers',
          align: 'end',
          sorter: (a, b) => a.customers - b.customers,
          render: formatCount,
        },
        ...(seesAuthors ? [contacts] : []),
      ]}
    />
  );
}
