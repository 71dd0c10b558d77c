import { describe, expect, it } from 'vitest';
import { changedFields, clean, rebase } from './wire';

describe('clean', () => {
  it('trims, and makes what is absent empty', () => {
    expect(clean({ name: ' a ', level: undefined, amount: null, products: ['x', ' '] })).toEqual({
      name: 'a',
      level: '',
      amount: '',
      products: ['x'],
    });
  });
});

describe('changedFields', () => {
  it('names what differs, and nothing that only looks different', () => {
    const base = { name: 'a', level: '', phones: [{ number: '1', label: '' }] };
    const values = { name: ' a ', level: 'vip', phones: [{ number: '2', label: '' }] };
    expect(changedFields(values, base, ['name', 'level', 'phones'])).toEqual(['level', 'phones']);
  });
});

describe('rebase', () => {
  const base = { name: 'old', address: 'old', level: 'old' };
  const newer = { name: 'theirs', address: 'theirs', level: 'old' };

  it('keeps what was typed, and takes the newer value of what was not touched', () => {
    const values = { name: 'mine', address: 'old', level: 'mine' };
    expect(rebase(values, base, newer, [])).toEqual({ name: 'mine', address: 'theirs', level: 'mine' });
  });

  it('takes the newer value of what was given up', () => {
    const values = { name: 'mine', address: 'mine', level: 'old' };
    expect(rebase(values, base, newer, ['name'])).toEqual({ name: 'theirs', address: 'mine', level: 'old' });
  });
});
