import { Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { FieldChange, HistoryEntry } from '../api/types';
import { formatTime } from '../app/format';
import { PersonName } from '../people/PersonName';
import { useUserOf } from '../people/users';
import { FieldValue } from './FieldValue';
import { useChangedLabel } from './field-labels';

/** What the record is filed by: it says nothing to its reader, and the entry has a time of its own. */
const UNSAID = ['id', 'customerId', 'createTime', 'updateTime', 'endTime', 'authorId'];

type Verb = 'created' | 'updated' | 'deleted' | 'restored' | 'revealed';

/** One change: who, when, and each field from and to. */
export function HistoryItem({ entry }: { entry: HistoryEntry }) {
  const { t } = useTranslation();
  const label = useChangedLabel();
  const userOf = useUserOf();
  const [, noun = '', kind = ''] = entry.type.split('.');
  // Somebody saw a masked value: the entry names the field alone.
  const verb = noun === 'reveal' ? 'revealed' : kind;
  const subject = noun === 'contact' ? t('contact.title') : t('customer.title');
  const shared = noun === 'share' ? entry.changes.find(({ field }) => field === 'userId') : undefined;
  // A new record's fields are what the page shows anyway.
  const told = entry.changes.filter(
    ({ field }) => !UNSAID.includes(field) && !(shared && field === 'userId'),
  );
  const silent = verb === 'revealed' || (verb === 'created' && noun === 'customer');
  const changes = silent || (shared && verb === 'deleted') ? [] : told;
  const revealed = verb === 'revealed' ? told.map(({ field }) => label(noun, field)) : [];
  const personName = ({ from, to }: FieldChange) => {
    const id = to ?? from;
    return (typeof id === 'string' && userOf(id)?.displayName) || t('share.nobody');
  };
  return (
    <Flex vertical>
      <Typography.Text type="secondary">
        {formatTime(entry.time)} · <PersonName user={userOf(entry.actorId)} nobody={t('history.system')} /> ·{' '}
        {shared
          ? t(`share.told.${sharing(verb, entry)}`, { name: personName(shared) })
          : t(`history.verb.${verb as Verb}`, { subject, defaultValue: verb })}
        {revealed.length > 0 && t('app.colon') + revealed.join(t('app.listSeparator'))}
      </Typography.Text>
      {changes.map(({ field, from, to }) => (
        <span key={field} className="as-written">
          {label(noun, field)}
          {t('app.colon')}
          <Typography.Text delete={!isNothing(from)} type="secondary">
            <FieldValue field={field} value={from} />
          </Typography.Text>
          {' → '}
          <FieldValue field={field} value={to} />
        </span>
      ))}
    </Flex>
  );
}

/** What happened to a share; one that CIMS itself took back had come to its end. */
function sharing(verb: string, { actorId }: HistoryEntry) {
  if (verb === 'created' || verb === 'updated') return verb;
  return actorId === '' ? 'ended' : 'deleted';
}

function isNothing(value: unknown): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}
