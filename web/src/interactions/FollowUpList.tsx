import './interactions.css';
import { PhoneOutlined } from '@ant-design/icons';
import { Button, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Customer, FollowUp } from '../api/types';
import { useCustomersById } from '../customers/by-id';
import { NextContact } from '../customers/cells';
import { PersonName } from '../people/PersonName';
import { useUserOf } from '../people/users';
import { useMe } from '../session/me';
import { FollowUpActions } from './FollowUpActions';
import { PriorityTag } from './InteractionItem';

/** Contacts planned, page by page as they were read; a follow-up names its customer by id alone. */
export function FollowUpList({ pages }: { pages: FollowUp[][] }) {
  const customers = useCustomersById(pages.map((page) => page.map(({ customerId }) => customerId)));
  return (
    <ul className="plain-list">
      {pages.flat().map((followUp) => (
        <li key={followUp.customerId}>
          <FollowUpRow followUp={followUp} customer={customers.get(followUp.customerId)} />
        </li>
      ))}
    </ul>
  );
}

function FollowUpRow({ followUp, customer }: { followUp: FollowUp; customer: Customer | undefined }) {
  const { t } = useTranslation();
  const userOf = useUserOf();
  const me = useMe();
  const name = customer?.name ?? '';
  return (
    <div className="follow-up">
      <span className="follow-up-time">
        <NextContact time={followUp.dueTime} />
      </span>
      <Link to={`/customers/${followUp.customerId}`} className="follow-up-name">
        {name || t('app.nothing')}
      </Link>
      <PriorityTag priority={followUp.priority} />
      <Typography.Text className="follow-up-plan" ellipsis={{ tooltip: followUp.plan }}>
        {followUp.plan}
      </Typography.Text>
      {followUp.ownerId !== me.user.id && (
        <Typography.Text type="secondary">
          <PersonName user={userOf(followUp.ownerId)} />
        </Typography.Text>
      )}
      <CallButton number={customer?.phones[0]?.number ?? ''} name={name} />
      <FollowUpActions followUp={followUp} name={name} />
    </div>
  );
}

/** One tap calls, where the number is not masked. */
function CallButton({ number, name }: { number: string; name: string }) {
  const { t } = useTranslation();
  if (number === '' || number.includes('*')) return <span className="follow-up-phone">{number}</span>;
  return (
    <Button
      size="small"
      type="link"
      className="follow-up-phone"
      icon={<PhoneOutlined />}
      href={`tel:${number}`}
      aria-label={t('followUp.call', { name, number })}
    >
      {number}
    </Button>
  );
}
