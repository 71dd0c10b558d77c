import { Flex, Typography } from 'antd';
import type { Customer } from '../../api/types';
import { PhoneLink } from '../cells';
import { FieldValue } from '../FieldValue';
import { Revealable } from './Revealable';

/** Fields that a record shows one by one: texts and lists. */
export type ShownField = {
  [Field in keyof Customer]-?: NonNullable<Customer[Field]> extends string | unknown[] ? Field : never;
}[keyof Customer];

/** A field as it stands in the record: numbers are called, addresses opened. */
export function DetailValue({ customer, field }: { customer: Customer; field: ShownField }) {
  if (customer[field]?.length === 0) return <FieldValue field={field} value="" />;
  switch (field) {
    case 'phones':
      return (
        <Flex vertical>
          {customer.phones.map(({ number, label }, place) => (
            <span key={number}>
              <Revealable customer={customer} field={`phones[${String(place)}]`} text={number}>
                {(shown) => <PhoneLink number={shown} />}
              </Revealable>{' '}
              {label && <Typography.Text type="secondary">{label}</Typography.Text>}
            </span>
          ))}
        </Flex>
      );
    case 'email':
      return (
        <Revealable customer={customer} field="email" text={customer.email}>
          {(shown) => (shown.includes('*') ? shown : <a href={`mailto:${shown}`}>{shown}</a>)}
        </Revealable>
      );
    case 'idNumber':
      return (
        <Revealable customer={customer} field="idNumber" text={customer.idNumber}>
          {(shown) => shown}
        </Revealable>
      );
    case 'homepage':
      return (
        <a href={customer.homepage} target="_blank" rel="noreferrer">
          {customer.homepage}
        </a>
      );
    case 'remarks':
      return <span className="as-written">{customer.remarks}</span>;
    default:
      return <FieldValue field={field} value={customer[field]} currency={customer.currency} />;
  }
}
