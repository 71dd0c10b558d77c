import dayjs, { type Dayjs } from 'dayjs';

export const SNOOZES = ['TOMORROW', 'THREE_DAYS', 'NEXT_WEEK'] as const;
export type SnoozeChoice = (typeof SNOOZES)[number];

const MONDAY = 1;

/** The moment a planned contact is put off to: the hour stays, the day counts from today, not from when it was due. */
export function snoozedTo(choice: SnoozeChoice, dueTime: string | undefined, now: Dayjs = dayjs()): Dayjs {
  const due = dayjs(dueTime);
  return dayOf(choice, now).hour(due.hour()).minute(due.minute()).second(0).millisecond(0);
}

function dayOf(choice: SnoozeChoice, now: Dayjs): Dayjs {
  switch (choice) {
    case 'TOMORROW':
      return now.add(1, 'day');
    case 'THREE_DAYS':
      return now.add(3, 'day');
    case 'NEXT_WEEK':
      return now.add((MONDAY - now.day() + 7) % 7 || 7, 'day');
  }
}
