import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { Sort } from '../../app/TableHead';
import { type Filter, filterOf, filterText } from '../filter/filters';
import type { CustomerView } from '../queries';

// The address says all that one looks at, so that a link shows it to somebody else:
// ?q=words &filter=level:in:vip &sort=name,desc &customer=the-record-beside-the-list &new=

export function useCustomerView() {
  const [parameters, setParameters] = useSearchParams();
  const asked = parameters.toString();
  const view = useMemo(() => viewOf(new URLSearchParams(asked)), [asked]);
  const change = (apply: (next: URLSearchParams) => void, replace = false) =>
    setParameters(
      (before) => {
        const next = new URLSearchParams(before);
        apply(next);
        return next;
      },
      { replace },
    );
  return {
    view,
    openId: parameters.get('customer') ?? undefined,
    /** The form of a new customer stands open: other pages lead here with it. */
    creating: parameters.has('new'),
    setCreating: (creating: boolean) =>
      change((next) => {
        if (creating) next.set('new', '');
        else next.delete('new');
      }, true),
    setFilters: (filters: Filter[]) =>
      change((next) => {
        next.delete('filter');
        for (const filter of filters) next.append('filter', filterText(filter));
      }),
    setSort: (sort: Sort | undefined) =>
      change((next) => {
        if (sort) next.set('sort', sort.descending ? `${sort.field},desc` : sort.field);
        else next.delete('sort');
      }, true),
    clearQuery: () => change((next) => next.delete('q')),
    /**
     * The record beside the list, in place of the form; going from one to the next leaves no trail to go back through. One change of
     * the address does both: a second before the first is drawn would undo it.
     */
    open: (id: string | undefined) =>
      change(
        (next) => {
          next.delete('new');
          if (id) next.set('customer', id);
          else next.delete('customer');
        },
        id === undefined || parameters.has('customer') || parameters.has('new'),
      ),
  };
}

export function viewOf(parameters: URLSearchParams): CustomerView {
  const filters = parameters.getAll('filter').flatMap((text) => filterOf(text) ?? []);
  const [field = '', direction] = (parameters.get('sort') ?? '').split(',');
  return {
    query: parameters.get('q')?.trim() ?? '',
    filters,
    ...(SORTABLE.includes(field) && { sort: { field, descending: direction === 'desc' } }),
  };
}

export const SORTABLE = [
  'name',
  'firstCooperationDate',
  'cumulativeAmount',
  'lastContactTime',
  'nextContactTime',
  'createTime',
  'updateTime',
];
