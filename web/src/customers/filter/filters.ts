import type { Condition } from '../../api/types';

// Filters of the customer list: chips for the reader, text in the address, a tree of conditions for the server.

export const FILTER_FIELDS = {
  level: 'choice',
  status: 'choice',
  source: 'choice',
  industry: 'choice',
  type: 'choice',
  regionCode: 'region',
  ownerId: 'choice',
  tags: 'choice',
  lastContactTime: 'time',
  nextContactTime: 'time',
  createTime: 'time',
  cumulativeAmount: 'amount',
} as const;
export type FilterField = keyof typeof FILTER_FIELDS;

/** Comparisons of each kind of field, the first one chosen at the start; and how many values each takes. */
export const COMPARISONS = {
  choice: { in: 'many', not_in: 'many', empty: 'none', not_empty: 'none' },
  region: { eq: 'one', empty: 'none', not_empty: 'none' },
  time: {
    last_n_days: 'number',
    next_n_days: 'number',
    before_n_days: 'number',
    today: 'none',
    this_week: 'none',
    this_month: 'none',
    this_quarter: 'none',
    this_year: 'none',
    between: 'two',
    empty: 'none',
    not_empty: 'none',
  },
  amount: { gte: 'one', lte: 'one', between: 'two', empty: 'none' },
} as const;
export type Comparison = {
  [Kind in keyof typeof COMPARISONS]: keyof (typeof COMPARISONS)[Kind];
}[keyof typeof COMPARISONS];
type Arity = 'none' | 'one' | 'two' | 'many' | 'number';

export interface Filter {
  field: FilterField;
  op: Comparison;
  values: string[];
}

export function comparisonsOf(field: FilterField): Comparison[] {
  return Object.keys(COMPARISONS[FILTER_FIELDS[field]]) as Comparison[];
}

export function arityOf(field: FilterField, op: Comparison): Arity {
  const arities: Partial<Record<Comparison, Arity>> = COMPARISONS[FILTER_FIELDS[field]];
  return arities[op] ?? 'none';
}

/** Whether a filter says all that it has to say. */
export function isComplete({ field, op, values }: Filter): boolean {
  const filled = values.filter((value) => value !== '').length;
  switch (arityOf(field, op)) {
    case 'none':
      return true;
    case 'two':
      return filled === 2;
    case 'number':
      return filled === 1 && /^[1-9]\d{0,3}$/.test(values[0] ?? '');
    default:
      return filled > 0;
  }
}

/** "level:in:vip,normal", as it stands in the address. */
export function filterText({ field, op, values }: Filter): string {
  return [field, op, ...(values.length > 0 ? [values.map(encodeURIComponent).join(',')] : [])].join(':');
}

/** What an address says; nothing where it is not understood. */
export function filterOf(text: string): Filter | undefined {
  const [field = '', op = '', ...rest] = text.split(':');
  if (!Object.hasOwn(FILTER_FIELDS, field)) return undefined;
  const known = comparisonsOf(field as FilterField).find((comparison) => comparison === op);
  if (!known) return undefined;
  const values = rest.join(':').split(',').filter(Boolean).map(decoded);
  const filter: Filter = { field: field as FilterField, op: known, values };
  return isComplete(filter) ? filter : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** All filters have to hold. */
export function treeOf(filters: Filter[]): Condition | undefined {
  const conditions = filters.map(conditionOf);
  return conditions.length > 1 ? { and: conditions } : conditions[0];
}

function conditionOf({ field, op, values }: Filter): Condition {
  switch (arityOf(field, op)) {
    case 'none':
      return { field, op };
    case 'number':
      return { field, op, value: Number(values[0]) };
    case 'one':
      return { field, op, value: values[0] };
    case 'two':
      return { field, op, value: FILTER_FIELDS[field] === 'time' ? wholeDays(values) : values };
    case 'many':
      return { field, op, value: values };
  }
}

/** From the first moment of one day to the last of another, in the reader's zone. */
function wholeDays([from = '', to = '']: string[]): string[] {
  return [new Date(`${from}T00:00:00`).toISOString(), new Date(`${to}T23:59:59.999`).toISOString()];
}
