import { EditOutlined } from '@ant-design/icons';
import { Button, Card, Flex, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../../api/types';
import { useFlagLabel } from '../../imports/flag-labels';
import { type EditableField, isEditable } from '../edit/fields';
import { useFieldAccess } from '../field-access';
import { useFieldLabel } from '../field-labels';
import { DetailValue, type ShownField } from './DetailValue';

const FieldEditor = lazy(() => import('../edit/FieldEditor'));

const SHOWN = [
  'name',
  'type',
  'level',
  'status',
  'phones',
  'email',
  'creditCode',
  'idNumber',
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
] as const satisfies ShownField[];

/** Every field of the record, to be changed where it stands; what was never filled in is out of the way. */
export function CustomerDetails({ customer, editable }: { customer: Customer; editable: boolean }) {
  const { t } = useTranslation();
  const flagLabel = useFlagLabel();
  const { sees, writes } = useFieldAccess();
  const [edited, setEdited] = useState<EditableField>();
  const [all, setAll] = useState(false);
  const fields = SHOWN.filter(
    (field) =>
      sees(field) && (field !== 'idNumber' || customer.type === 'INDIVIDUAL' || !isEmpty(customer.idNumber)),
  );
  const empty = fields.filter((field) => isEmpty(customer[field]));
  const shown = fields.filter((field) => all || field === edited || !empty.includes(field));
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
      <dl className="details">
        {shown.map((field) => (
          <Detail
            key={field}
            customer={customer}
            field={field}
            editable={editable && writes(field)}
            editing={edited === field}
            onEdit={setEdited}
          />
        ))}
      </dl>
      {editable && empty.length > 0 && (
        <Button size="small" type="link" onClick={() => setAll(!all)}>
          {all ? t('record.hideEmpty') : t('record.showEmpty', { count: empty.length })}
        </Button>
      )}
    </Card>
  );
}

interface DetailProps {
  customer: Customer;
  field: ShownField;
  editable: boolean;
  editing: boolean;
  onEdit: (field: EditableField | undefined) => void;
}

function Detail({ customer, field, editable, editing, onEdit }: DetailProps) {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const value = <DetailValue customer={customer} field={field} />;
  const changeable = editable && isEditable(field) ? field : undefined;
  return (
    <div className="detail">
      <dt>{label(field)}</dt>
      <dd onDoubleClick={() => changeable && onEdit(changeable)}>
        {editing && changeable ? (
          <Suspense fallback={value}>
            <FieldEditor customer={customer} field={changeable} onDone={() => onEdit(undefined)} />
          </Suspense>
        ) : (
          <>
            <span className="detail-value">{value}</span>
            {changeable && (
              <Button
                size="small"
                type="text"
                className="detail-edit"
                icon={<EditOutlined />}
                aria-label={t('cell.edit', { field: label(field) })}
                onClick={() => onEdit(changeable)}
              />
            )}
          </>
        )}
      </dd>
    </div>
  );
}

function isEmpty(value: Customer[ShownField]): boolean {
  return value === undefined || value.length === 0;
}
