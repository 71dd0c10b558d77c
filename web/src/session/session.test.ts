import { describe, expect, it } from 'vitest';
import type { Me } from '../api/types';
import { mayDo } from './me';
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
