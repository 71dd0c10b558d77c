import dayjs from 'dayjs';
import { describe, expect, it } from 'vitest';
import { asked, readFilter, writeFilter } from './filter';

describe('the filter of contact records', () => {
  it('comes back from the address as it was written, without what is not set', () => {
    const filter = { query: 'a & b', method: 'PHONE', author: '', from: '2026-11-01', to: '' };
    const address = writeFilter(filter).toString();
    expect(address).toBe('q=a+%26+b&method=PHONE&from=2026-11-01');
    expect(readFilter(new URLSearchParams(address))).toEqual(filter);
  });

  it('asks for whole days, the last one within, and for nothing that the address says wrongly', () => {
    const filter = { query: ' ', method: 'PIGEON', author: '', from: '2026-11-01', to: '2026-11-02' };
    expect(asked(filter)).toEqual({
      query: undefined,
      method: undefined,
      authorId: undefined,
      fromTime: dayjs('2026-11-01T00:00:00').toISOString(),
      toTime: dayjs('2026-11-03T00:00:00').toISOString(),
    });
    expect(asked({ ...filter, from: 'soon' }).fromTime).toBeUndefined();
  });
});
