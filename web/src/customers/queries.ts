import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { components, paths } from '../api/schema';
import { whileListStale, whileRecordStale } from '../api/stale';
import type { CustomerRow } from '../api/types';
import type { Sort } from '../app/TableHead';
import { type Filter, treeOf } from './filter/filters';
import { asWritten } from './written';

const PAGE_SIZE = 100;
const SUGGESTIONS = 8;
const HISTORY_PAGE_SIZE = 20;

const LONG_LIST = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: <T>(page: Page<T>) => nextPage(page),
  // Writes and live messages say when a list is old. A long one is not read anew by itself: see api/stale.ts.
  staleTime: Infinity,
  refetchOnWindowFocus: false,
  // Comparing every page with what it was costs more than drawing the few rows in sight.
  structuralSharing: false,
} as const;

export interface Page<T> {
  rows: T[];
  nextPageToken: string;
}

export const nextPage = <T>(page: Page<T>): string | undefined => page.nextPageToken || undefined;

export interface ListPage<T> extends Page<T> {
  /** With the first page alone. */
  totalSize?: number;
  totalIsCapped: boolean;
  /** Of tags and contacts. */
  mayBeStale: boolean;
}

/** What one looks at: those that match some words and all filters, in an order. */
export interface CustomerView {
  query: string;
  filters: Filter[];
  sort?: Sort;
}

/** A question whose answer the server puts together: of a list, and of work on all that it finds. */
export function questionOf({ query, filters }: CustomerView) {
  return { query: query || undefined, where: treeOf(filters) };
}

export const customersQuery = (view: CustomerView) =>
  infiniteQueryOptions({
    queryKey: [...keys.customerLists, view],
    queryFn: ({ pageParam: pageToken, signal }) => {
      const orderBy = view.sort && `${view.sort.field}${view.sort.descending ? ' desc' : ''}`;
      const total = pageToken === undefined ? 'estimated' : 'none';
      const page = { orderBy, pageSize: PAGE_SIZE, pageToken, total };
      const question = questionOf(view);
      return question.query === undefined && question.where === undefined
        ? listPage(page, signal)
        : searchPage({ ...question, ...page }, signal);
    },
    ...LONG_LIST,
    refetchInterval: whileListStale,
  });

export const binQuery = infiniteQueryOptions({
  queryKey: [...keys.customerLists, 'bin'],
  queryFn: ({ pageParam: pageToken, signal }) => {
    const total = pageToken === undefined ? 'estimated' : 'none';
    return listPage({ filter: 'deleted', pageSize: PAGE_SIZE, pageToken, total }, signal);
  },
  ...LONG_LIST,
});

async function listPage(
  query: NonNullable<paths['/v1/customers']['get']['parameters']['query']>,
  signal: AbortSignal,
): Promise<ListPage<CustomerRow>> {
  const { customers, sharedToWrite, ...page } = await answer(
    api.GET('/v1/customers', { params: { query }, signal }),
  );
  const results = customers.map((customer) => ({ customer, reasons: [] }));
  return { ...page, rows: rowsOf(results, sharedToWrite) };
}

async function searchPage(
  body: components['schemas']['SearchCustomersRequest'],
  signal: AbortSignal,
): Promise<ListPage<CustomerRow>> {
  const { results, sharedToWrite, ...page } = await answer(
    api.POST('/v1/customers:search', { body, signal }),
  );
  return { ...page, rows: rowsOf(results, sharedToWrite) };
}

function rowsOf(results: Omit<CustomerRow, 'sharedToWrite'>[], sharedToWrite: string[]): CustomerRow[] {
  return results.map((result) => ({
    ...result,
    customer: asWritten(result.customer),
    sharedToWrite: sharedToWrite.includes(result.customer.id),
  }));
}

export const suggestionsQuery = (query: string) =>
  queryOptions({
    queryKey: [...keys.customerSearches, 'suggestions', query],
    queryFn: async ({ signal }) => ({
      results: (await searchPage({ query, pageSize: SUGGESTIONS }, signal)).rows,
    }),
    placeholderData: (before) => before,
  });

export const customerQuery = (id: string) =>
  queryOptions({
    queryKey: keys.customer(id),
    queryFn: async ({ signal }) =>
      asWritten(await answer(api.GET('/v1/customers/{id}', { params: { path: { id } }, signal }))),
    refetchInterval: whileRecordStale,
  });

export const contactsQuery = (customerId: string) =>
  queryOptions({
    queryKey: keys.contacts(customerId),
    queryFn: async ({ signal }) =>
      (
        await answer(
          api.GET('/v1/customers/{customerId}/contacts', { params: { path: { customerId } }, signal }),
        )
      ).contacts,
  });

export const historyQuery = (customerId: string) =>
  infiniteQueryOptions({
    queryKey: keys.history(customerId),
    queryFn: async ({ pageParam: pageToken, signal }) => {
      const params = { path: { customerId }, query: { pageSize: HISTORY_PAGE_SIZE, pageToken } };
      const page = await answer(api.GET('/v1/customers/{customerId}/history', { params, signal }));
      return { rows: page.entries, nextPageToken: page.nextPageToken };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
  });

/** Who moved a customer to the bin: the last thing that happened to it. */
export const deletionQuery = (customerId: string) =>
  queryOptions({
    queryKey: [...keys.history(customerId), 'last'],
    queryFn: async ({ signal }) => {
      const params = { path: { customerId }, query: { pageSize: 1 } };
      const page = await answer(api.GET('/v1/customers/{customerId}/history', { params, signal }));
      return page.entries[0] ?? null;
    },
    staleTime: Infinity,
  });
