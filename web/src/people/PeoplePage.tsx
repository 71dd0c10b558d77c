import './people.css';
import { PlusOutlined } from '@ant-design/icons';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Empty, Flex } from 'antd';
import { lazy, type ReactNode, Suspense, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import type { User } from '../api/types';
import { Loaded } from '../app/Loaded';
import { PageTitle } from '../app/text';
import { LoadMore, moreOf } from '../customers/LoadMore';
import { DepartmentsPanel } from '../departments/DepartmentsPanel';
import { useMay } from '../session/me';
import { leftBehindQuery } from './along';
import type { GivenPassword } from './PasswordDialog';
import { PeopleFilters } from './PeopleFilters';
import { PeopleList } from './PeopleList';
import { PersonActions } from './PersonActions';
import { type PeopleFilter, peopleQuery } from './queries';

const PersonForm = lazy(() => import('./PersonForm'));
const PasswordDialog = lazy(() => import('./PasswordDialog'));
const PostsDialog = lazy(() => import('./PostsDialog'));
const AlongDialog = lazy(() => import('./AlongDialog'));
const HandoverDialog = lazy(() => import('../handover/HandoverDialog'));

type Open =
  | { kind: 'person'; user?: User }
  | { kind: 'posts' }
  | { kind: 'handover'; user: User }
  | { kind: 'along'; user: User }
  | { kind: 'password'; given: GivenPassword }
  | undefined;

/** The organisation: its departments at the left, the people of the chosen one at the right. */
export default function PeoplePage() {
  const { t } = useTranslation();
  const [filter, narrow] = useFilter();
  const [open, setOpen] = useState<Open>();
  const navigate = useNavigate();
  const may = useMay();
  const queryClient = useQueryClient();
  const close = () => setOpen(undefined);
  const followMove = async (user: User) => {
    close();
    if (may('customer.assign') && (await queryClient.query(leftBehindQuery(user))) > 0)
      setOpen({ kind: 'along', user });
  };
  const showPassword = (given: GivenPassword) => setOpen({ kind: 'password', given });
  return (
    <Flex vertical gap={12}>
      <title>{`${t('people.title')} · CIMS`}</title>
      <Flex align="center" justify="space-between" gap={8} wrap>
        <PageTitle>{t('people.title')}</PageTitle>
        <Flex gap={8}>
          <Button onClick={() => setOpen({ kind: 'posts' })}>{t('post.title')}</Button>
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen({ kind: 'person' })}>
            {t('people.create')}
          </Button>
        </Flex>
      </Flex>
      <div className="organisation">
        <DepartmentsPanel chosen={filter.department} onChoose={(department) => narrow({ department })} />
        <Flex vertical gap={12} className="people">
          <PeopleFilters filter={filter} onChange={narrow} />
          <People
            filter={filter}
            actions={(user) => (
              <PersonActions
                user={user}
                onEdit={() => setOpen({ kind: 'person', user })}
                onEffective={() => void navigate(`/roles?tab=person&person=${user.id}`)}
                onPassword={showPassword}
                onHandOver={() => setOpen({ kind: 'handover', user })}
                onAlong={() => setOpen({ kind: 'along', user })}
              />
            )}
          />
        </Flex>
      </div>
      <Suspense fallback={null}>
        {open?.kind === 'person' && (
          <PersonForm
            user={open.user}
            departmentId={filter.department}
            onCreated={showPassword}
            onChanged={(user) => setOpen({ kind: 'person', user })}
            onMoved={(user) => void followMove(user)}
            onClose={close}
          />
        )}
        {open?.kind === 'handover' && <HandoverDialog user={open.user} onClose={close} />}
        {open?.kind === 'along' && <AlongDialog user={open.user} onClose={close} />}
        {open?.kind === 'posts' && <PostsDialog onClose={close} />}
        {open?.kind === 'password' && <PasswordDialog given={open.given} onClose={close} />}
      </Suspense>
    </Flex>
  );
}

interface PeopleProps {
  filter: PeopleFilter;
  actions: (user: User) => ReactNode;
}

function People({ filter, actions }: PeopleProps) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(peopleQuery(filter));
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const people = pages.flatMap(({ rows }) => rows);
        if (people.length === 0) return <Empty className="centred" description={t('people.nobody')} />;
        return (
          <div>
            <PeopleList people={people} actions={actions} />
            <LoadMore count={people.length} more={moreOf(query)} />
          </div>
        );
      }}
    </Loaded>
  );
}

const DISABLED = 'disabled';

/** The filter stands in the address: it can be sent to somebody, and survives going back. */
function useFilter(): [PeopleFilter, (part: Partial<PeopleFilter>) => void] {
  const [parameters, setParameters] = useSearchParams();
  const of = (name: string) => parameters.get(name) ?? '';
  const filter = {
    query: of('query'),
    department: of('department'),
    role: of('role'),
    disabled: parameters.has(DISABLED),
  };
  const narrow = useCallback(
    (part: Partial<PeopleFilter>) =>
      setParameters(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(part))
            if (value) after.set(name, String(value));
            else after.delete(name);
          return after;
        },
        { replace: true },
      ),
    [setParameters],
  );
  return [filter, narrow];
}
