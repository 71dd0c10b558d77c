import dayjs from 'dayjs';
import type { InteractionFilter } from './queries';

export const METHODS = ['PHONE', 'EMAIL', 'MEETING', 'WECHAT', 'OTHER'] as const;

/** What stands in the address of the list, so that a link shares it. Days are the reader's own. */
export interface FilterText {
  query: string;
  method: string;
  author: string;
  from: string;
  to: string;
  /** "true": of the reader's own customers alone. */
  own: string;
}

const NAMES = {
  query: 'q',
  method: 'method',
  author: 'author',
  from: 'from',
  to: 'to',
  own: 'own',
} as const;

export function readFilter(parameters: URLSearchParams): FilterText {
  const entries = Object.entries(NAMES).map(([field, name]) => [field, parameters.get(name) ?? '']);
  return Object.fromEntries(entries) as FilterText;
}

export function writeFilter(filter: FilterText): URLSearchParams {
  const set = Object.entries(NAMES).filter(([field]) => filter[field as keyof FilterText] !== '');
  return new URLSearchParams(set.map(([field, name]) => [name, filter[field as keyof FilterText]]));
}

export const NO_FILTER: FilterText = { query: '', method: '', author: '', from: '', to: '', own: '' };

export function isNarrow(filter: FilterText): boolean {
  return Object.values(filter).some((value) => value !== '');
}

/** As the API takes it: the last day is within. What an address says wrongly is left out. */
export function asked({ query, method, author, from, to, own }: FilterText): InteractionFilter {
  return {
    query: query.trim() || undefined,
    method: METHODS.find((known) => known === method),
    authorId: author || undefined,
    fromTime: startOf(from, 0),
    toTime: startOf(to, 1),
    own: own === 'true' || undefined,
  };
}

function startOf(day: string, daysLater: number): string | undefined {
  const moment = dayjs(day || Number.NaN);
  return moment.isValid() ? moment.startOf('day').add(daysLater, 'day').toISOString() : undefined;
}
