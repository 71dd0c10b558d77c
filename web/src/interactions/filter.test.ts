import dayjs from 'dayjs';
import { describe, expect, it } from 'vitest';
import { asked, NO_FILTER, readFilter, writeFilter } from './filter';

describe('the filter of contact records', () => {
  it('comes back from the address as it was written, without what is not set', () => {
    const filter = { ...NO_FILTER, query: 'a & b', method: 'PHONE', from: '2026-11-01', own: 'true' };
    const address = writeFilter(filter).toString();
    expect(address).toBe('q=a+%26+b&method=PHONE&from=2026-11-01&own=true');
    expect(readFilter(new URLSearchParams(address))).toEqual(filter);
  });

  it('asks for whole days, the last one within, and for nothing that the address says wrongly', () => {
    const filter = {
      ...NO_FILTER,
      query: ' ',
      method: 'PIGEON',
      from: '2026-11-01',
      to: '2026-11-02',
      own: 'yes',
    };
    expect(asked(filter)).toEqual({
      query: undefined,
      method: undefined,
      authorId: undefined,
      fromTime: dayjs('2026-11-01T00:00:00').toISOString(),
      toTime: dayjs('2026-11-03T00:00:00').toISOString(),
      own: undefined,
    });
    expect(asked({ ...filter, from: 'soon' }).fromTime).toBeUndefined();
  });
});
