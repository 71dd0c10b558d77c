import { useTranslation } from 'react-i18next';
import { EDITABLE } from '../customers/customer-values';
import { useFieldLabel } from '../customers/field-labels';
import type messages from '../messages/zh-CN.json';

/** What a column can fill, as people look for it: all of a customer that people edit, and more. */
const GROUPS = {
  customer: [...EDITABLE, 'tags'],
  contact: ['contacts.name', 'contacts.salutation', 'contacts.position'],
  record: ['ownerId', 'recordTime'],
} as const;

/** Several columns may fill these: mobile and office phone; province, city and district. */
const REPEATABLE = ['phones', 'regionCode'];

type ContactField = keyof (typeof messages)['contact']['field'];

/** The label of what a column fills; that of a contact says that it is the contact's. */
export function useImportFieldLabel(): (path: string) => string {
  const { t } = useTranslation();
  const label = useFieldLabel();
  return (path) => {
    if (path === 'recordTime') return t('import.recordTime');
    const [noun, field] = path.split('.');
    if (noun !== 'contacts' || !field) return label(path);
    return t('import.ofContact', { field: t(`contact.field.${field as ContactField}`) });
  };
}

/** The choice for one column: what another column fills already is not offered twice. */
export function useImportFieldOptions(): (chosen: string, taken: string[]) => FieldGroup[] {
  const { t } = useTranslation();
  const label = useImportFieldLabel();
  return (chosen, taken) =>
    Object.entries(GROUPS).map(([group, fields]) => ({
      label: t(`import.group.${group as keyof typeof GROUPS}`),
      options: fields.map((value) => ({
        value,
        label: label(value),
        disabled: value !== chosen && taken.includes(value) && !REPEATABLE.includes(value),
      })),
    }));
}

interface FieldGroup {
  label: string;
  options: { value: string; label: string; disabled: boolean }[];
}
