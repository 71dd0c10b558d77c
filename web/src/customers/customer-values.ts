import type { Customer, CustomerInput } from '../api/types';
import { clean } from '../form/wire';

/** Fields that people edit; the rest is the server's. */
export const EDITABLE = [
  'name',
  'type',
  'creditCode',
  'idNumber',
  'phones',
  'email',
  'regionCode',
  'address',
  'homepage',
  'industry',
  'source',
  'level',
  'status',
  'cooperationProducts',
  'firstCooperationDate',
  'cumulativeAmount',
  'remarks',
] as const satisfies (keyof Customer)[];

export type CustomerValues = Pick<CustomerInput, (typeof EDITABLE)[number]>;

export const NEW_CUSTOMER: CustomerValues = {
  name: '',
  type: 'ENTERPRISE',
  phones: [{ number: '', label: '' }],
};

/** The editable part of a record. A phone's kind follows from its number, so a form does not hold it. */
export function valuesOf(customer: Customer): CustomerValues {
  const phones = customer.phones.map(({ number, label }) => ({ number, label }));
  return {
    ...Object.fromEntries(EDITABLE.map((field) => [field, customer[field]])),
    phones,
  } as CustomerValues;
}

/** The body of a write: the named fields alone. */
export function bodyOf(values: CustomerValues, mask: string[]): CustomerInput {
  const chosen = Object.entries(values).filter(([field]) => mask.includes(field));
  return Object.fromEntries(chosen.map(([field, value]) => [field, clean(value)])) as CustomerInput;
}

/** Rows of phones that were added and left blank are no phones. */
export function withoutBlankPhones(values: CustomerValues): CustomerValues {
  const filled = values.phones.filter(
    ({ number, label }) => Boolean(number.trim()) || Boolean(label?.trim()),
  );
  return { ...values, phones: filled };
}
