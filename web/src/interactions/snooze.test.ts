import dayjs from 'dayjs';
import { describe, expect, it } from 'vitest';
import { snoozedTo } from './snooze';

const SUNDAY = dayjs('2026-11-22T15:30:00');
const LONG_OVERDUE = dayjs('2026-10-01T09:15:00').toISOString();

function written(choice: Parameters<typeof snoozedTo>[0], now = SUNDAY): string {
  return snoozedTo(choice, LONG_OVERDUE, now).format('YYYY-MM-DD HH:mm:ss');
}

describe('snoozedTo', () => {
  it('keeps the hour and counts from today, however long it is overdue', () => {
    expect(written('TOMORROW')).toBe('2026-11-23 09:15:00');
    expect(written('THREE_DAYS')).toBe('2026-11-25 09:15:00');
  });

  it('takes next week as its Monday, on a Sunday and on a Monday too', () => {
    expect(written('NEXT_WEEK')).toBe('2026-11-23 09:15:00');
    expect(written('NEXT_WEEK', SUNDAY.add(1, 'day'))).toBe('2026-11-30 09:15:00');
    expect(written('NEXT_WEEK', SUNDAY.add(6, 'day'))).toBe('2026-11-30 09:15:00');
  });
});
