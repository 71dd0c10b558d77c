import { type Filter, filterText } from './filters';

/** The table of customers, narrowed to those that the filters hold for. */
export function customersWhere(...filters: Filter[]): string {
  const parameters = new URLSearchParams(filters.map((filter) => ['filter', filterText(filter)]));
  return filters.length === 0 ? '/customers' : `/customers?${parameters.toString()}`;
}
