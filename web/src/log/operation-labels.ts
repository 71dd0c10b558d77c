import { useTranslation } from 'react-i18next';
import { useRevealedLabel } from '../customers/field-labels';
import type messages from '../messages/zh-CN.json';

type Log = (typeof messages)['log'];

/** Where records have the names of their fields. */
const SECTIONS: Partial<Record<string, string>> = { user: 'people', item: 'dictionary' };
/** Somebody saw a masked value in full: it is named by its path. */
const REVEAL = 'reveal';
/** What a record is filed by says nothing to a reader, and a reason stands there itself. */
const UNSAID = ['id', 'customerId', 'createTime', 'updateTime', 'reason'];

/** Names of records and of what was done to them; what has no text of its own shows its code. */
export function useOperationLabels() {
  const { t, i18n } = useTranslation();
  const revealedLabel = useRevealedLabel();
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
      const name = (field: string) => {
        if (noun === REVEAL) return revealedLabel(field);
        const own = `${SECTIONS[noun] ?? noun}.field.${field}`;
        if (i18n.exists(own)) return t(own as 'log.field.name');
        return t(`log.field.${field as keyof Log['field']}`, { defaultValue: field });
      };
      const said = names.filter((field) => !UNSAID.includes(field));
      return [...new Set(said.map(name))].join(t('app.listSeparator'));
    },
    /** Of "SIGNED_IN". */
    kind: (kind: string) => t(`log.kind.${kind as keyof Log['kind']}`, { defaultValue: kind }),
  };
}
