import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { SignIn } from '../api/types';
import { formatMoment } from '../app/format';
import { PersonName } from '../people/PersonName';
import { useUserOf } from '../people/users';
import { type LogColumn, LogTable } from './LogTable';
import { useOperationLabels } from './operation-labels';
import { type LogFilter, signInsQuery } from './queries';

export function SignInLog({ filter }: { filter: LogFilter }) {
  const { t } = useTranslation();
  return (
    <LogTable
      query={useInfiniteQuery(signInsQuery(filter))}
      columns={useColumns()}
      fileName={t('log.signIns')}
    />
  );
}

function useColumns(): LogColumn<SignIn>[] {
  const { t } = useTranslation();
  const userOf = useUserOf();
  const label = useOperationLabels();
  const name = (id: string) => userOf(id)?.displayName ?? id;
  return [
    { title: t('log.time'), width: 170, text: ({ time }) => formatMoment(time) },
    {
      title: t('log.account'),
      width: 150,
      text: ({ userId }) => name(userId) || t('log.noAccount'),
      render: ({ userId }) => (
        <PersonName user={userOf(userId)} nobody={name(userId) || t('log.noAccount')} />
      ),
    },
    {
      title: t('log.what'),
      width: 200,
      text: ({ kind }) => label.kind(kind),
    },
    { title: t('log.address'), width: 150, text: ({ address }) => address },
    {
      title: t('log.by'),
      text: ({ userId, actorId }) => (actorId === userId ? '' : name(actorId)),
      render: ({ userId, actorId }) =>
        actorId !== userId && <PersonName user={userOf(actorId)} nobody={name(actorId)} />,
    },
  ];
}
