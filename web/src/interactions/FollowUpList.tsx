import { useQuery } from '@tanstack/react-query';
import { Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { FollowUp } from '../api/types';
import { NextContact, PhoneLink } from '../customers/cells';
import { customerQuery } from '../customers/queries';
import { useUserName } from '../people/users';
import { useMe } from '../session/me';
import { PriorityTag } from './InteractionItem';

export function FollowUpList({ followUps }: { followUps: FollowUp[] }) {
  return (
    <ul className="plain-list">
      {followUps.map((followUp) => (
        <li key={followUp.interactionId}>
          <FollowUpRow followUp={followUp} />
        </li>
      ))}
    </ul>
  );
}

function FollowUpRow({ followUp }: { followUp: FollowUp }) {
  const { t } = useTranslation();
  const userName = useUserName();
  const me = useMe();
  // A follow-up names its customer by id alone.
  const { data: customer } = useQuery({ ...customerQuery(followUp.customerId), staleTime: 60_000 });
  return (
    <div className="follow-up">
      <span className="follow-up-time">
        <NextContact time={followUp.dueTime} />
      </span>
      {customer ? (
        <Link to={`/customers/${followUp.customerId}`}>{customer.name}</Link>
      ) : (
        <span>{t('app.nothing')}</span>
      )}
      <PriorityTag priority={followUp.priority} />
      <Typography.Text className="follow-up-plan" ellipsis={{ tooltip: followUp.plan }}>
        {followUp.plan}
      </Typography.Text>
      {customer?.phones[0] && <PhoneLink number={customer.phones[0].number} />}
      {followUp.ownerId !== me.user.id && (
        <Typography.Text type="secondary">{userName(followUp.ownerId)}</Typography.Text>
      )}
    </div>
  );
}
