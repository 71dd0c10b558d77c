import { Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { HistoryEntry } from '../api/types';
import { formatTime } from '../app/format';
import { PersonName } from '../people/PersonName';
import { useUserOf } from '../people/users';
import { FieldValue } from './FieldValue';
import { useFieldLabel } from './field-labels';

/** What the record is filed by: it says nothing to its reader, and the entry has a time of its own. */
const UNSAID = ['id', 'customerId', 'createTime', 'updateTime'];

type Verb = 'created' | 'updated' | 'deleted' | 'restored' | 'revealed';

/** One change: who, when, and each field from and to. */
export function HistoryItem({ entry }: { entry: HistoryEntry }) {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const userOf = useUserOf();
  const [, noun = '', kind = ''] = entry.type.split('.');
  // Somebody saw a masked value: the entry names the field alone.
  const verb = noun === 'reveal' ? 'revealed' : kind;
  const subject = noun === 'contact' ? t('contact.title') : t('customer.title');
  // A new record's fields are what the page shows anyway.
  const told = entry.changes.filter(({ field }) => !UNSAID.includes(field));
  const changes = verb === 'revealed' || (verb === 'created' && noun !== 'contact') ? [] : told;
  const revealed = verb === 'revealed' ? told.map(({ field }) => label(field.replace(/\[.*?\]/g, ''))) : [];
  return (
    <Flex vertical>
      <Typography.Text type="secondary">
        {formatTime(entry.time)} · <PersonName user={userOf(entry.actorId)} nobody={t('history.system')} /> ·{' '}
        {t(`history.verb.${verb as Verb}`, { subject, defaultValue: verb })}
        {revealed.length > 0 && t('app.colon') + revealed.join(t('app.listSeparator'))}
      </Typography.Text>
      {changes.map(({ field, from, to }) => (
        <span key={field} className="as-written">
          {label(field)}
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

function isNothing(value: unknown): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}
