import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { LoggedOperation } from '../api/types';
import { formatMoment } from '../app/format';
import { PersonName } from '../people/PersonName';
import { useUserOf } from '../people/users';
import { type LogColumn, LogTable } from './LogTable';
import { useOperationLabels } from './operation-labels';
import { type LogFilter, operationLogQuery } from './queries';

export function OperationLog({ filter }: { filter: LogFilter }) {
  const { t } = useTranslation();
  return (
    <LogTable
      query={useInfiniteQuery(operationLogQuery(filter))}
      columns={useColumns()}
      fileName={t('log.operations')}
    />
  );
}

function useColumns(): LogColumn<LoggedOperation>[] {
  const { t } = useTranslation();
  const userOf = useUserOf();
  const label = useOperationLabels();
  const name = (id: string) => userOf(id)?.displayName ?? (id || t('history.system'));
  return [
    { title: t('log.time'), width: 170, text: ({ time }) => formatMoment(time) },
    {
      title: t('log.person'),
      width: 130,
      text: ({ actorId }) => name(actorId),
      render: ({ actorId }) => <PersonName user={userOf(actorId)} nobody={name(actorId)} />,
    },
    { title: t('log.address'), width: 130, text: ({ address }) => address },
    {
      title: t('log.operation'),
      width: 130,
      text: ({ type }) => label.verb(type),
    },
    {
      title: t('log.record'),
      width: 220,
      text: ({ recordType, recordId }) => `${label.noun(recordType)} ${recordId}`,
      render: (row) => <RecordName operation={row} />,
    },
    {
      title: t('log.changed'),
      text: ({ recordType, changedFields, reason }) =>
        [label.fields(recordType, changedFields), reason && t('log.because', { reason })]
          .filter(Boolean)
          .join(' · '),
    },
  ];
}

/** Whose id is the customer's. */
const OF_CUSTOMERS = ['customer.customer', 'tagging.customerTags'];

/** Leads to the customer that it is or hangs on. */
function RecordName({ operation }: { operation: LoggedOperation }) {
  const label = useOperationLabels();
  const { recordType, recordId, parentId } = operation;
  const customerId = parentId || (OF_CUSTOMERS.includes(recordType) ? recordId : '');
  const name = `${label.noun(recordType)} …${recordId.slice(-8)}`;
  return customerId ? (
    <Link to={`/customers/${customerId}`}>{name}</Link>
  ) : (
    <span title={recordId}>{name}</span>
  );
}
