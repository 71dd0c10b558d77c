import { useQuery } from '@tanstack/react-query';
import { Flex } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '../api/types';
import { Failure } from '../app/Failure';
import { Loaded } from '../app/Loaded';
import { Note, PageTitle } from '../app/text';
import { departmentsQuery } from '../departments/departments';
import { homeQuery } from '../home/queries';
import { usersQuery } from '../people/users';
import { useMay, useMe } from '../session/me';
import { membersOf } from './members';
import { TeamList } from './TeamList';

const HandoverDialog = lazy(() => import('../handover/HandoverDialog'));

/** Whose customers the reader may hand over: the own people, and what each looks after. */
export default function TeamPage() {
  const { t } = useTranslation();
  const me = useMe();
  const may = useMay();
  const users = useQuery(usersQuery);
  const departments = useQuery(departmentsQuery);
  const home = useQuery({ ...homeQuery, enabled: may('report.read') });
  const [handing, setHanding] = useState<User>();
  const grant = me.grants.find(({ operation }) => operation === 'customer.handover');
  return (
    <Flex vertical gap={12}>
      <title>{`${t('team.title')} · CIMS`}</title>
      <Flex align="baseline" gap="4px 12px" wrap>
        <PageTitle>{t('team.title')}</PageTitle>
        <Note>{t('team.explanation')}</Note>
      </Flex>
      {home.error && <Failure error={home.error} onRetry={() => void home.refetch()} />}
      <Loaded query={users}>
        {(people) => (
          <Loaded query={departments}>
            {(all) => (
              <TeamList
                members={grant ? membersOf(grant, me.user, all, people, home.data?.team ?? []) : []}
                counted={home.data !== undefined}
                onHandOver={setHanding}
              />
            )}
          </Loaded>
        )}
      </Loaded>
      <Suspense fallback={null}>
        {handing && <HandoverDialog user={handing} onClose={() => setHanding(undefined)} />}
      </Suspense>
    </Flex>
  );
}
