import { describe, expect, it } from 'vitest';
import type { Grant, Me } from '../api/types';
import { countedBy, mayDo } from './me';
import { safePath } from './safe-path';

describe('safePath', () => {
  it('goes back to paths of our own only', () => {
    expect(safePath('/customers?q=a')).toBe('/customers?q=a');
    for (const path of [null, '', 'https://elsewhere', '//elsewhere', '/\\elsewhere'])
      expect(safePath(path)).toBe('/');
  });
});

describe('mayDo', () => {
  const me = {
    user: { id: 'u1' },
    grants: [
      { operation: 'interaction.update', scope: 'OWN' },
      { operation: 'customer.update', scope: 'OWN_AND_SHARED' },
      { operation: 'customer.read', scope: 'OWN_AND_SHARED' },
    ],
  } as Me;

  it('refuses what is not granted', () => {
    expect(mayDo(me, 'customer.delete')).toBe(false);
  });

  it('compares the owner where only own records are granted', () => {
    expect(mayDo(me, 'interaction.update', 'u1')).toBe(true);
    expect(mayDo(me, 'interaction.update', 'u2')).toBe(false);
    expect(mayDo(me, 'customer.update', 'u2')).toBe(false);
    expect(mayDo(me, 'customer.read', 'u2')).toBe(true);
  });

  it('leaves it to the server where the owner is kept from the reader', () => {
    const ruled = (rule: 'CLEAR' | 'HIDDEN') => ({
      ...me,
      fieldRules: [{ field: 'customer.ownerId', rule }],
    });
    expect(mayDo(ruled('HIDDEN'), 'customer.update', '')).toBe(true);
    expect(mayDo(ruled('CLEAR'), 'customer.update', '')).toBe(false);
  });
});

describe('countedBy', () => {
  const grant = (operation: string, reach: Partial<Grant>) => ({
    operation,
    departmentIds: [],
    andOwn: false,
    andShared: false,
    ...reach,
  });
  const counted = (
    figures: Partial<Grant>,
    list: Partial<Grant>,
    fieldRules: Partial<Me['fieldRules'][number]>[] = [],
  ) => {
    const grants = [grant('report.read', figures), grant('interaction.read', list)];
    const { own, exact } = countedBy({ grants, fieldRules } as Me, 'interaction.read');
    return exact ? (own ? 'own' : 'whole') : 'none';
  };

  it('leads to the whole list where both reach the same', () => {
    expect(counted({ scope: 'ALL' }, { scope: 'ALL' })).toBe('whole');
    expect(counted({ scope: 'OWN' }, { scope: 'OWN' })).toBe('whole');
    const chosen = (...departmentIds: string[]) => ({ scope: 'CHOSEN', departmentIds }) as const;
    expect(counted(chosen('d1', 'd2'), chosen('d2', 'd1'))).toBe('whole');
    expect(counted(chosen('d1'), chosen('d1', 'd2'))).toBe('none');
  });

  it('leads to the own where the figures count these and the list has them all', () => {
    expect(counted({ scope: 'OWN' }, { scope: 'ALL' })).toBe('own');
    expect(counted({ scope: 'OWN' }, { scope: 'OWN_AND_SHARED' })).toBe('own');
    expect(counted({ scope: 'OWN' }, { scope: 'TREE', andOwn: true })).toBe('own');
    // Something of one's own may stand in a department that the list does not reach.
    expect(counted({ scope: 'OWN' }, { scope: 'TREE' })).toBe('none');
  });

  it('leads nowhere where no list says the same', () => {
    expect(counted({ scope: 'TREE' }, { scope: 'ALL' })).toBe('none');
    expect(counted({ scope: 'ALL' }, { scope: 'TREE' })).toBe('none');
    expect(counted({ scope: 'TREE' }, { scope: 'TREE', andShared: true })).toBe('none');
    // Who may not see whose a customer is cannot ask for the own.
    const hidden = [{ field: 'customer.ownerId', rule: 'HIDDEN' } as const];
    expect(counted({ scope: 'OWN' }, { scope: 'ALL' }, hidden)).toBe('none');
    expect(counted({ scope: 'OWN' }, { scope: 'OWN' }, hidden)).toBe('whole');
  });
});
