import { queryOptions } from '@tanstack/react-query';
import { createContext, use, useCallback, useMemo, type ReactNode } from 'react';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { Grant, Me } from '../api/types';

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: ({ signal }) => answer(api.GET('/v1/me', { signal })),
  staleTime: 60_000,
});

const Context = createContext<Me | undefined>(undefined);

/** Who is signed in; stands inside <SignedIn> only. */
export function useMe(): Me {
  const me = use(Context);
  if (!me) throw new Error('outside SignedIn');
  return me;
}

export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <Context value={me}>{children}</Context>;
}

export type Operation =
  | 'customer.read'
  | 'customer.create'
  | 'customer.update'
  | 'customer.delete'
  | 'customer.restore'
  | 'customer.read-bin'
  | 'customer.assign'
  | 'customer.handover'
  | 'customer.share'
  | 'field.reveal'
  | 'import.run'
  | 'interaction.read'
  | 'interaction.create'
  | 'interaction.update'
  | 'interaction.delete'
  | 'tag.define'
  | 'tag.apply'
  | 'report.read'
  | 'log.read'
  | 'log.export'
  | 'organisation.manage'
  | 'delivery.manage';

/**
 * Says whether to offer something. The server decides: this only hides what is surely refused. A record given is
 * compared by its owner where the grant covers one's own alone.
 */
export function useMay(): (operation: Operation, ownerId?: string) => boolean {
  const me = useMe();
  return useCallback((operation, ownerId) => mayDo(me, operation, ownerId), [me]);
}

/** Rules of secrets, which are written anew by people who see them starred. */
const SECRETS = ['idNumber'];

/**
 * Says whether to offer a field for writing, by its rule: "customer.remarks" is open unless a role says otherwise, a
 * shared one ("phone") only where a role says so.
 */
export function useMayWrite(): (rule: string) => boolean {
  const { fieldRules } = useMe();
  return useCallback(
    (rule) => {
      const own = fieldRules.find(({ field }) => field === rule);
      if (own && SECRETS.includes(rule)) return own.rule === 'CLEAR' || own.rule === 'MASKED';
      return own ? own.rule === 'CLEAR' : rule.includes('.');
    },
    [fieldRules],
  );
}

/** Says whether a field is seen at all, by its rule: starred counts. */
export function useMaySee(): (rule: string) => boolean {
  const me = useMe();
  return useCallback((rule) => maySee(me, rule), [me]);
}

export function maySee({ fieldRules }: Me, rule: string): boolean {
  const own = fieldRules.find(({ field }) => field === rule);
  return own ? own.rule !== 'HIDDEN' : rule.includes('.');
}

export function mayDo(me: Me, operation: Operation, ownerId?: string): boolean {
  const grant = grantOf(me, operation);
  if (!grant) return false;
  // What is shared is changed only by who was given it for that: see shares/sharing.ts.
  const ownAlone =
    grant.scope === 'OWN' || (operation === 'customer.update' && grant.scope === 'OWN_AND_SHARED');
  return ownerId === undefined || !ownAlone || ownerId === me.user.id || isKept(me, ownerId);
}

/** Whose a record is may be kept from its reader: then the server alone knows. */
function isKept(me: Me, ownerId: string): boolean {
  return (
    ownerId === '' && me.fieldRules.some(({ field, rule }) => OWNERS.includes(field) && rule === 'HIDDEN')
  );
}

const OWNERS = ['customer.ownerId', 'interaction.authorId'];

/** How a list stands to the figures that count what it shows. */
export interface Counted {
  /** The figures count the own customers alone and it shows others, too: beside a figure it is narrowed to the own. */
  own: boolean;
  /** So narrowed it has as many rows as a figure says: one may lead to it. */
  exact: boolean;
}

export function countedBy(me: Me, list: 'customer.read' | 'interaction.read'): Counted {
  const [figures, shown] = [grantOf(me, 'report.read'), grantOf(me, list)];
  if (!figures || !shown) return { own: false, exact: false };
  const own = figures.scope === 'OWN' && shown.scope !== 'OWN' && maySee(me, 'customer.ownerId');
  return { own, exact: own ? reachesOwn(shown) : reachesTheSame(figures, shown) };
}

export function useCounted(list: 'customer.read' | 'interaction.read'): Counted {
  const me = useMe();
  return useMemo(() => countedBy(me, list), [me, list]);
}

/** Everything that the person owns, wherever it stands: departments alone may lack some of it. */
function reachesOwn({ scope, andOwn, andShared }: Grant): boolean {
  return scope === 'ALL' || scope === 'OWN' || scope === 'OWN_AND_SHARED' || andOwn || andShared;
}

/** Figures never count what is shared. */
function reachesTheSame(figures: Grant, shown: Grant): boolean {
  const departments = ({ departmentIds }: Grant) => departmentIds.toSorted().join();
  return (
    figures.scope === shown.scope &&
    figures.andOwn === shown.andOwn &&
    !shown.andShared &&
    departments(figures) === departments(shown)
  );
}

/** Whether shares widen what an operation reaches. */
export function countsShares(me: Me, operation: Operation): boolean {
  const grant = grantOf(me, operation);
  return grant !== undefined && (grant.scope === 'OWN_AND_SHARED' || grant.andShared);
}

function grantOf(me: Me, operation: Operation) {
  return me.grants.find((candidate) => candidate.operation === operation);
}
