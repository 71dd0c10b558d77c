import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { keys } from '../api/keys';
import { callStale } from '../api/stale';
import type { Customer, CustomerRow } from '../api/types';

// Tags and contact records are written to other services than the one that answers lists of customers; it hears of
// them a moment later. Until then, what was just written here is laid over whatever is read of the customer.

type Change = Partial<Pick<Customer, 'tags' | 'lastContactTime' | 'nextContactTime'>>;

type List = InfiniteData<{ rows: CustomerRow[] }>;

/** A copy that has not followed by then is shown as it is. */
const AWAITED_MS = 5000;

const awaited = new Map<string, { change: Change; until: number }>();

/** The customer as it was read, with what the reader wrote and the copy does not hold yet. */
export function asWritten(customer: Customer): Customer {
  const written = awaited.get(customer.id);
  if (!written) return customer;
  if (Date.now() < written.until && !holds(customer, written.change))
    return { ...customer, ...written.change };
  awaited.delete(customer.id);
  return customer;
}

/** Shows what was written in every list and record at once, and asks again should it never be heard of. */
export function showWritten(queryClient: QueryClient, id: string, change: Change): void {
  const written = { change: { ...awaited.get(id)?.change, ...change }, until: Date.now() + AWAITED_MS };
  awaited.set(id, written);
  putIntoLists(queryClient, id, asWritten);
  setTimeout(() => {
    if (awaited.get(id) !== written) return;
    awaited.delete(id);
    void callStale(queryClient, keys.customers);
  }, AWAITED_MS);
}

/** The customer as it stands in a record or a list here. */
export function knownCustomer(queryClient: QueryClient, id: string): Customer | undefined {
  const lists = queryClient.getQueriesData<List>({ queryKey: keys.customerLists });
  const rows = lists.flatMap(([, list]) => list?.pages.flatMap((page) => page.rows) ?? []);
  return (
    queryClient.getQueryData<Customer>(keys.customer(id)) ??
    rows.find(({ customer }) => customer.id === id)?.customer
  );
}

/** A long list is not read anew for one row of it. */
export function putIntoLists(
  queryClient: QueryClient,
  id: string,
  changed: (customer: Customer) => Customer,
): void {
  queryClient.setQueryData<Customer>(keys.customer(id), (customer) => customer && changed(customer));
  queryClient.setQueriesData<List>({ queryKey: keys.customerLists }, (list) => {
    if (!list?.pages.some(({ rows }) => rows.some(({ customer }) => customer.id === id))) return list;
    const replaced = (row: CustomerRow) =>
      row.customer.id === id ? { ...row, customer: changed(row.customer) } : row;
    return { ...list, pages: list.pages.map((page) => ({ ...page, rows: page.rows.map(replaced) })) };
  });
}

function holds(customer: Customer, change: Change): boolean {
  return (Object.keys(change) as (keyof Change)[]).every(
    (field) => sign(customer[field]) === sign(change[field]),
  );
}

/** Equal for equal values: tags in whatever order, times in whatever spelling. */
function sign(value: Change[keyof Change]): string {
  if (Array.isArray(value))
    return value
      .map(({ id }) => id)
      .toSorted()
      .join();
  return value ? String(Date.parse(value)) : '';
}
