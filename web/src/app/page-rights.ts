import { useCallback } from 'react';
import { matchPath } from 'react-router';
import type { Me } from '../api/types';
import { mayDo, maySee, type Operation, useMe } from '../session/me';

/** What a page and all below its address ask of their reader. */
interface Right {
  operation: Operation;
  /** The rule of the field that it lists by: from whom that is hidden, it has nothing to show. */
  field?: string;
}

/** For the address, the menu and the command palette alike; what is not named is open to everybody. */
const RIGHTS: Record<string, Right> = {
  '/customers': { operation: 'customer.read' },
  '/customers/bin': { operation: 'customer.read-bin' },
  '/follow-ups': { operation: 'interaction.read', field: 'interaction.nextContactTime' },
  '/interactions': { operation: 'interaction.read' },
  '/imports': { operation: 'import.run' },
  '/team': { operation: 'customer.handover' },
  '/people': { operation: 'organisation.manage' },
  '/roles': { operation: 'organisation.manage' },
  '/log': { operation: 'log.read' },
  '/dictionaries': { operation: 'organisation.manage' },
  '/deliveries': { operation: 'delivery.manage' },
};

/** What the reader lacks for a page: an operation, or nothing but the sight of a field. */
export interface Lack {
  operation?: Operation;
}

export function lackFor(me: Me, address: string): Lack | undefined {
  const rights = Object.entries(RIGHTS).filter(([path]) => matchPath({ path, end: false }, address));
  for (const [, { operation, field }] of rights) {
    if (!mayDo(me, operation)) return { operation };
    if (field && !maySee(me, field)) return {};
  }
  return undefined;
}

/** Says whether to offer a page. */
export function useMayOpen(): (address: string) => boolean {
  const me = useMe();
  return useCallback((address) => !lackFor(me, address), [me]);
}
