import { useTranslation } from 'react-i18next';
import { REVEAL, useChangedLabel } from '../customers/field-labels';
import type messages from '../messages/zh-CN.json';

type Log = (typeof messages)['log'];

/** What a record is filed by says nothing to a reader, and a reason stands there itself. */
const UNSAID = ['id', 'customerId', 'createTime', 'updateTime', 'reason'];

/** Names of records and of what was done to them; what has no text of its own shows its code. */
export function useOperationLabels() {
  const { t } = useTranslation();
  const changedLabel = useChangedLabel();
  return {
    /** Of "customer.contact". */
    noun: (recordType: string) => {
      const noun = recordType.split('.')[1] ?? '';
      return t(`log.noun.${noun as keyof Log['noun']}`, { defaultValue: noun });
    },
    /** Of "customer.contact.updated.v1". */
    verb: (eventType: string) => {
      const [, noun, kind = ''] = eventType.split('.');
      const verb = noun === REVEAL ? 'revealed' : kind;
      return t(`log.verb.${verb as keyof Log['verb']}`, { defaultValue: verb });
    },
    /** Of a record's fields, by their names in JSON. */
    fields: (recordType: string, names: string[]) => {
      const noun = recordType.split('.')[1] ?? '';
      const said = names.filter((field) => !UNSAID.includes(field));
      return [...new Set(said.map((field) => changedLabel(noun, field)))].join(t('app.listSeparator'));
    },
    /** Of "SIGNED_IN". */
    kind: (kind: string) => t(`log.kind.${kind as keyof Log['kind']}`, { defaultValue: kind }),
  };
}
