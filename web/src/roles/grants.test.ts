import { describe, expect, it } from 'vitest';
import type { Role } from '../api/types';
import { draftOf, firstReach, incomplete, isChanged, roleOf } from './grants';

const ROLE = {
  labelZh: 'A',
  labelEn: '',
  description: '',
  grants: [
    { operation: 'customer.read', scope: 'CHOSEN', departmentIds: ['d1'], andOwn: false, andShared: false },
    { operation: 'customer.create', scope: 'OWN', departmentIds: [], andOwn: false, andShared: false },
  ],
  fieldRules: [{ field: 'phone', rule: 'MASKED' }],
} as unknown as Role;

describe('a role while it is written', () => {
  it('is unchanged until something of it differs', () => {
    const draft = draftOf(ROLE);
    expect(isChanged(draft, ROLE)).toBe(false);
    expect(isChanged({ ...draft, grants: { ...draft.grants, 'customer.create': undefined } }, ROLE)).toBe(
      true,
    );
    expect(isChanged({ ...draft, rules: {} }, ROLE)).toBe(true);
  });

  it('names departments only where they are chosen', () => {
    const draft = draftOf(ROLE);
    const wide = { ...draft, grants: { 'customer.read': { scope: 'ALL' as const, departmentIds: ['d1'] } } };
    expect(roleOf(wide).grants).toEqual([{ operation: 'customer.read', scope: 'ALL', departmentIds: [] }]);
  });

  it('is incomplete without the departments it speaks of', () => {
    const draft = draftOf(ROLE);
    expect(incomplete(draft)).toEqual([]);
    const none = { ...draft, grants: { 'customer.read': { scope: 'CHOSEN' as const, departmentIds: [] } } };
    expect(incomplete(none)).toEqual(['customer.read']);
  });

  it('begins with the narrowest scope', () => {
    expect(firstReach(['ALL', 'TREE', 'DEPARTMENT', 'OWN_AND_SHARED', 'OWN', 'CHOSEN']).scope).toBe('OWN');
    expect(firstReach(['ALL']).scope).toBe('ALL');
  });
});
