import { useTranslation } from 'react-i18next';
import type messages from '../messages/zh-CN.json';

type Log = (typeof messages)['log'];

/** Names of records and of what was done to them; what has no text of its own shows its code. */
export function useOperationLabels() {
  const { t } = useTranslation();
  return {
    /** Of "customer.contact". */
    noun: (recordType: string) => {
      const noun = recordType.split('.')[1] ?? '';
      return t(`log.noun.${noun as keyof Log['noun']}`, { defaultValue: noun });
    },
    /** Of "customer.contact.updated.v1". */
    verb: (eventType: string) => {
      const verb = eventType.split('.')[2] ?? '';
      return t(`log.verb.${verb as keyof Log['verb']}`, { defaultValue: verb });
    },
    /** Of "SIGNED_IN". */
    kind: (kind: string) => t(`log.kind.${kind as keyof Log['kind']}`, { defaultValue: kind }),
  };
}
