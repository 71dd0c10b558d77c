import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { SearchResult } from '../api/types';

const PAGE_SIZE = 50;
const SUGGESTIONS = 8;
const HISTORY_PAGE_SIZE = 20;

export interface Page<T> {
  rows: T[];
  nextPageToken: string;
}

export const nextPage = <T>(page: Page<T>): string | undefined => page.nextPageToken || undefined;

/** What one looks at: everybody, the bin, or those that match some words. */
export type CustomerView = { kind: 'all' } | { kind: 'bin' } | { kind: 'search'; query: string };

export const customersQuery = (view: CustomerView) =>
  infiniteQueryOptions({
    queryKey:
      view.kind === 'search'
        ? [...keys.customerSearches, view.query]
        : ([...keys.customerLists, view.kind] as readonly string[]),
    queryFn: ({ pageParam, signal }) =>
      view.kind === 'search'
        ? searchPage(view.query, PAGE_SIZE, pageParam, signal)
        : listPage(view.kind === 'bin' ? 'deleted' : undefined, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    // Writes and live messages say when a list is old. A long one is not read anew by itself: see LONG_LIST_PAGES.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });

async function listPage(filter: string | undefined, pageToken: string | undefined, signal: AbortSignal) {
  const query = { pageSize: PAGE_SIZE, pageToken, filter };
  const { customers, nextPageToken } = await answer(api.GET('/v1/customers', { params: { query }, signal }));
  return { rows: customers.map((customer): SearchResult => ({ customer, reasons: [] })), nextPageToken };
}

async function searchPage(
  query: string,
  pageSize: number,
  pageToken: string | undefined,
  signal: AbortSignal,
) {
  const body = { query, pageSize, pageToken };
  const { results, nextPageToken } = await answer(api.POST('/v1/customers:search', { body, signal }));
  return { rows: results, nextPageToken };
}

export const suggestionsQuery = (query: string) =>
  queryOptions({
    queryKey: [...keys.customerSearches, 'suggestions', query],
    queryFn: async ({ signal }) => ({
      results: (await searchPage(query, SUGGESTIONS, undefined, signal)).rows,
    }),
    placeholderData: (before) => before,
  });

export const customerQuery = (id: string) =>
  queryOptions({
    queryKey: keys.customer(id),
    queryFn: ({ signal }) => answer(api.GET('/v1/customers/{id}', { params: { path: { id } }, signal })),
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
