import { useState } from 'react';
import type { Customer, CustomerRow } from '../../api/types';
import type { RowSelection } from '../../app/VirtualTable';

interface Selected {
  /** What was looked at when it was selected: another view begins anew. */
  view: unknown;
  ids: ReadonlySet<string>;
  /** All that match, also those that are not loaded. */
  everything: boolean;
  /** The row from which a range goes on. */
  anchor?: string;
}

const NOTHING: ReadonlySet<string> = new Set();

export interface Selection extends RowSelection<CustomerRow> {
  count: number;
  customers: Customer[];
  everything: boolean;
  selectEverything: () => void;
  clear: () => void;
}

export function useSelection(view: unknown, rows: CustomerRow[]): Selection {
  const [state, setState] = useState<Selected>({ view, ids: NOTHING, everything: false });
  const { ids, everything, anchor } = state.view === view ? state : { ids: NOTHING, everything: false };
  const keep = (next: Omit<Selected, 'view'>) => setState({ view, ...next });
  const customers = rows.map(({ customer }) => customer).filter(({ id }) => ids.has(id));
  return {
    count: customers.length,
    customers,
    everything,
    nameOf: ({ customer }) => customer.name,
    has: (id) => everything || ids.has(id),
    all: everything || (rows.length > 0 && customers.length === rows.length),
    some: customers.length > 0,
    toggle: (id, on, range) => {
      const touched = range && anchor !== undefined ? between(rows, anchor, id) : [id];
      const next = new Set(ids);
      for (const other of touched) {
        if (on) next.add(other);
        else next.delete(other);
      }
      keep({ ids: next, everything: false, anchor: id });
    },
    toggleAll: (on) =>
      keep({ ids: on ? new Set(rows.map(({ customer }) => customer.id)) : NOTHING, everything: false }),
    selectEverything: () => keep({ ids, everything: true }),
    clear: () => keep({ ids: NOTHING, everything: false }),
  };
}

function between(rows: CustomerRow[], from: string, to: string): string[] {
  const places = [from, to].map((id) => rows.findIndex(({ customer }) => customer.id === id));
  const [first = 0, last = 0] = places.toSorted((a, b) => a - b);
  return rows.slice(first, last + 1).map(({ customer }) => customer.id);
}
