import { describe, expect, it } from 'vitest';
import { whileListStale, whileRecordStale } from './stale';

const page = (mayBeStale: boolean) => ({ rows: [], mayBeStale });
const list = (...pages: object[]) => ({ state: { data: { pages } } });

describe('what may be behind', () => {
  it('is read again until it is up to date', () => {
    expect(whileListStale(list(page(false), page(true)))).toBe(5_000);
    expect(whileListStale(list(page(false)))).toBe(false);
    expect(whileListStale({ state: {} })).toBe(false);
    expect(whileRecordStale({ state: { data: { mayBeStale: true } } })).toBe(5_000);
    expect(whileRecordStale({ state: { data: {} } })).toBe(false);
  });

  it('is left alone where somebody scrolled far down', () => {
    expect(whileListStale(list(page(true), page(true), page(true), page(true)))).toBe(false);
  });
});
