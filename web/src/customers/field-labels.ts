import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type messages from '../messages/zh-CN.json';

type CustomerField = keyof (typeof messages)['customer']['field'];

/** The label of a customer's field by its path: "phones/0/number" and "contacts.name" have one too. */
export function useFieldLabel(): (path: string) => string {
  const { t } = useTranslation();
  return useCallback(
    (path) => {
      const parts = path.split(/[./]/).filter((part) => part !== '' && !/^\d+$/.test(part));
      if (parts[0] === 'contacts' && parts.length > 1) return t('customer.field.contacts');
      const field = (parts[0] ?? path) as CustomerField;
      return t(`customer.field.${field}`, { defaultValue: path });
    },
    [t],
  );
}

type ContactField = keyof (typeof messages)['contact']['field'];

/** The label of what somebody looked at in full, by its path: "phones[0]", "contacts[ID].phones[0]". */
export function useRevealedLabel(): (path: string) => string {
  const { t } = useTranslation();
  const label = useFieldLabel();
  return useCallback(
    (path) => {
      const [field = path, below] = path.replace(/\[.*?\]/g, '').split('.');
      const own = below && t(`contact.field.${below as ContactField}`, { defaultValue: below });
      return own ? `${label(field)} · ${own}` : label(field);
    },
    [t, label],
  );
}
