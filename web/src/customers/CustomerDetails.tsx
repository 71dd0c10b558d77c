import { Card, Descriptions, Flex, Tag, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../api/types';
import { useFlagLabel } from '../imports/flag-labels';
import { PhoneLink } from './cells';
import { FieldValue } from './FieldValue';
import { useFieldLabel } from './field-labels';

const SHOWN = [
  'type',
  'phones',
  'email',
  'creditCode',
  'regionCode',
  'address',
  'homepage',
  'industry',
  'source',
  'ownerId',
  'lastContactTime',
  'nextContactTime',
  'cooperationProducts',
  'firstCooperationDate',
  'cumulativeAmount',
  'remarks',
  'createTime',
  'updateTime',
] as const satisfies (keyof Customer)[];

/** Every field of the record; what was never filled in is left out. */
export function CustomerDetails({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const flagLabel = useFlagLabel();
  const filled = SHOWN.filter((field) => {
    const value = customer[field];
    return value !== undefined && value.length > 0;
  });
  return (
    <Card size="small" title={t('customer.details')}>
      {customer.flags.length > 0 && (
        <Flex gap={4} wrap className="flags">
          {customer.flags.map((flag) => (
            <Tag key={flag} color="warning">
              {flagLabel(flag)}
            </Tag>
          ))}
        </Flex>
      )}
      <Descriptions
        column={1}
        size="small"
        styles={{ label: { width: 132 } }}
        items={filled.map((field) => ({
          key: field,
          label: label(field),
          children: detail(customer, field),
        }))}
      />
    </Card>
  );
}

function detail(customer: Customer, field: (typeof SHOWN)[number]): ReactNode {
  switch (field) {
    case 'phones':
      return (
        <Flex vertical>
          {customer.phones.map(({ number, label }) => (
            <span key={number}>
              <PhoneLink number={number} />{' '}
              {label && <Typography.Text type="secondary">{label}</Typography.Text>}
            </span>
          ))}
        </Flex>
      );
    case 'email':
      return customer.email.includes('*') ? (
        customer.email
      ) : (
        <a href={`mailto:${customer.email}`}>{customer.email}</a>
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
