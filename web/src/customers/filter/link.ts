import { type Filter, filterText } from './filters';

/** The table of customers, narrowed to those that the filter holds for. */
export function customersWhere(filter: Filter): string {
  return `/customers?${new URLSearchParams({ filter: filterText(filter) }).toString()}`;
}
