import type { Customer } from '../../api/types';
import { EDITABLE } from '../customer-values';

export type EditableField = (typeof EDITABLE)[number];

const CHOSEN: readonly EditableField[] = [
  'type',
  'level',
  'status',
  'industry',
  'source',
  'firstCooperationDate',
];
const LONG: readonly EditableField[] = ['remarks'];

export function isEditable(field: string): field is EditableField {
  return (EDITABLE as readonly string[]).includes(field);
}

/** A choice is saved as soon as it is made. */
export function savesWhenChosen(field: EditableField): boolean {
  return CHOSEN.includes(field);
}

/** Enter begins a new line in it. */
export function isLong(field: EditableField): boolean {
  return LONG.includes(field);
}

/** What an editor holds: of the phones the first number, the rest stays as it is. */
export function editedValue(customer: Customer, field: EditableField): unknown {
  return field === 'phones' ? (customer.phones[0]?.number ?? '') : customer[field];
}

/** The field of the record as the editor left it. */
export function fieldValue(customer: Customer, field: EditableField, value: unknown): unknown {
  if (field !== 'phones') return value;
  const number = String(value).trim();
  const [first, ...rest] = customer.phones.map((phone) => ({ number: phone.number, label: phone.label }));
  return number === '' ? rest : [{ number, label: first?.label ?? '' }, ...rest];
}
