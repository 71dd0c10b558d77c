import { Flex } from 'antd';
import { lazy, Suspense, useMemo } from 'react';
import { Link } from 'react-router';
import type { Customer, CustomerRow } from '../../api/types';
import { formatMoney, formatShortTime } from '../../app/format';
import type { Column } from '../../app/VirtualTable';
import { useDictionaries } from '../../dictionaries/dictionaries';
import { PersonName } from '../../people/PersonName';
import { useUserOf } from '../../people/users';
import { useProvinceName } from '../../regions/regions';
import { useMay } from '../../session/me';
import { Clipped, LevelTag, NextContact, StatusTag, TagsInLine, TypeName } from '../cells';
import { isEditable } from '../edit/fields';
import { useFieldAccess } from '../field-access';
import { useFieldLabel } from '../field-labels';
import { MatchReasons } from '../MatchReasons';
import { SORTABLE } from './view';

const FieldEditor = lazy(() => import('../edit/FieldEditor'));

/** What nobody asked for yet. */
export const HIDDEN_AT_FIRST = [
  'code',
  'email',
  'creditCode',
  'industry',
  'source',
  'address',
  'cooperationProducts',
  'firstCooperationDate',
  'cumulativeAmount',
  'createTime',
  'updateTime',
];

/** Every column the table can have for its reader, in the order in which they come. */
export function useCustomerColumns(onOpen: (id: string) => void): Column<CustomerRow>[] {
  const label = useFieldLabel();
  const userOf = useUserOf();
  const provinceName = useProvinceName();
  const dictionaries = useDictionaries();
  const may = useMay();
  const { sees, writes } = useFieldAccess();
  return useMemo(() => {
    const column = (
      field: keyof Customer,
      width: number,
      render: (customer: Customer) => React.ReactNode,
    ): Column<CustomerRow> => ({
      key: field,
      title: label(field),
      width,
      sortable: SORTABLE.includes(field),
      render: ({ customer }) => render(customer),
      canEdit: ({ customer, sharedToWrite }) =>
        writes(field) && (sharedToWrite || may('customer.update', customer.ownerId)),
      edit: isEditable(field)
        ? ({ customer }, onDone) => (
            <Suspense fallback={render(customer)}>
              <FieldEditor customer={customer} field={field} onDone={onDone} />
            </Suspense>
          )
        : undefined,
    });
    const text = (
      field: 'code' | 'email' | 'creditCode' | 'address' | 'firstCooperationDate',
      width: number,
    ) => column(field, width, (customer) => <Clipped text={customer[field]} />);
    const code = (field: 'industry' | 'source', width: number) =>
      column(field, width, (customer) => <Clipped text={dictionaries.label(field, customer[field])} />);
    const name = column('name', 216, () => null);
    const all: Column<CustomerRow>[] = [
      {
        ...name,
        pinned: true,
        render: (result) => <NameCell result={result} onOpen={onOpen} />,
      },
      column('type', 80, ({ type }) => <TypeName type={type} />),
      column('level', 92, ({ level }) => (
        <LevelTag level={level} label={dictionaries.label('level', level)} />
      )),
      column('status', 92, ({ status }) => (
        <StatusTag status={status} label={dictionaries.label('status', status)} />
      )),
      column('regionCode', 120, ({ regionCode }) => <Clipped text={provinceName(regionCode)} />),
      column('phones', 120, ({ phones }) => phones[0]?.number),
      column('ownerId', 120, ({ ownerId }) => <PersonName user={userOf(ownerId)} />),
      column('lastContactTime', 112, ({ lastContactTime }) => formatShortTime(lastContactTime)),
      column('nextContactTime', 112, ({ nextContactTime }) => <NextContact time={nextContactTime} />),
      column('tags', 186, ({ tags }) => <TagsInLine tags={tags} />),
      code('industry', 120),
      code('source', 110),
      text('code', 100),
      text('creditCode', 180),
      text('email', 180),
      text('address', 200),
      column('cooperationProducts', 160, ({ cooperationProducts }) => (
        <Clipped text={cooperationProducts.join(' · ')} />
      )),
      text('firstCooperationDate', 130),
      column('cumulativeAmount', 140, ({ cumulativeAmount, currency }) =>
        formatMoney(cumulativeAmount, currency),
      ),
      column('createTime', 112, ({ createTime }) => formatShortTime(createTime)),
      column('updateTime', 112, ({ updateTime }) => formatShortTime(updateTime)),
    ];
    return all.filter(({ key }) => sees(key as keyof Customer));
  }, [label, userOf, provinceName, dictionaries, may, sees, writes, onOpen]);
}

/** A press opens the record beside the list; the link itself leads to its page, for another tab. */
function NameCell({
  result: { customer, reasons },
  onOpen,
}: {
  result: CustomerRow;
  onOpen: (id: string) => void;
}) {
  return (
    <Flex vertical className="name-cell">
      <Link
        to={`/customers/${customer.id}`}
        title={customer.name}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          onOpen(customer.id);
        }}
      >
        {customer.name}
      </Link>
      <MatchReasons reasons={reasons} />
    </Flex>
  );
}
