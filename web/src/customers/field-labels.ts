import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type messages from '../messages/zh-CN.json';

type Messages = typeof messages;
type CustomerField = keyof Messages['customer']['field'];
type ContactField = keyof Messages['contact']['field'];

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

/** The label of what somebody looked at in full, by its path: "phones[0]", "contacts[ID].phones[0]". */
function useRevealedLabel(): (path: string) => string {
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

/** Where records have the names of their fields. */
const SECTIONS: Partial<Record<string, string>> = { user: 'people', item: 'dictionary' };
/** Somebody saw a masked value in full: it is named by its path. */
export const REVEAL = 'reveal';

/**
 * The label of a field that changed, by the noun of the record that it is of: the name of a contact is not called what
 * that of a customer is. What has no text of its own shows its code.
 */
export function useChangedLabel(): (noun: string, field: string) => string {
  const { t, i18n } = useTranslation();
  const revealedLabel = useRevealedLabel();
  return useCallback(
    (noun, field) => {
      if (noun === REVEAL) return revealedLabel(field);
      const own = `${SECTIONS[noun] ?? noun}.field.${field}`;
      if (i18n.exists(own)) return t(own as 'log.field.name');
      return t(`log.field.${field as keyof Messages['log']['field']}`, { defaultValue: field });
    },
    [t, i18n, revealedLabel],
  );
}
