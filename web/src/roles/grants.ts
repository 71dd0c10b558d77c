import type { FieldRule, Grant, OperationObject, Role, RoleInput } from '../api/types';

export type Scope = Grant['scope'];
export type Rule = FieldRule['rule'];

/** How far one operation of a role reaches. */
export interface Reach {
  scope: Scope;
  departmentIds: string[];
}

/** A role while it is written. What is not in it is not granted; a field that is not in it is hidden. */
export interface Draft {
  labelZh: string;
  labelEn: string;
  description: string;
  grants: Partial<Record<string, Reach>>;
  rules: Partial<Record<string, Rule>>;
}

export function draftOf(role: Role): Draft {
  const { labelZh, labelEn, description } = role;
  return {
    labelZh,
    labelEn,
    description,
    grants: Object.fromEntries(
      role.grants.map(({ operation, scope, departmentIds }) => [operation, { scope, departmentIds }]),
    ),
    rules: Object.fromEntries(role.fieldRules.map(({ field, rule }) => [field, rule])),
  };
}

/** As the API takes it: in the order of the names, so that equal drafts are equal texts. */
export function roleOf(draft: Draft): Required<RoleInput> {
  const { labelZh, labelEn, description, grants, rules } = draft;
  return {
    labelZh: labelZh.trim(),
    labelEn: labelEn.trim(),
    description: description.trim(),
    grants: inOrder(grants).map(([operation, { scope, departmentIds }]) => ({
      operation,
      scope,
      departmentIds: scope === 'CHOSEN' ? departmentIds : [],
    })),
    fieldRules: inOrder(rules).map(([field, rule]) => ({ field, rule })),
  };
}

function inOrder<T>(record: Partial<Record<string, T>>): [string, T][] {
  return Object.entries(record)
    .filter((entry): entry is [string, T] => entry[1] !== undefined)
    .toSorted(([a], [b]) => a.localeCompare(b));
}

export function isChanged(draft: Draft, role: Role): boolean {
  return JSON.stringify(roleOf(draft)) !== JSON.stringify(roleOf(draftOf(role)));
}

/** Operations that reach chosen departments, and none is chosen. */
export function incomplete({ grants }: Draft): string[] {
  return inOrder(grants)
    .filter(([, { scope, departmentIds }]) => scope === 'CHOSEN' && departmentIds.length === 0)
    .map(([operation]) => operation);
}

/** The narrowest scope there is: what is granted by one click alone. */
export function firstReach(scopes: readonly Scope[]): Reach {
  const own = scopes.find((scope) => scope === 'OWN');
  return { scope: own ?? scopes[0] ?? 'ALL', departmentIds: [] };
}

/** How many of an object's operations are granted. */
export function countGranted({ operations }: OperationObject, { grants }: Pick<Draft, 'grants'>): number {
  return operations.filter(({ code }) => grants[code] !== undefined).length;
}
