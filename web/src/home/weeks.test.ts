import { expect, it } from 'vitest';
import { contactsOf, createdIn, dayOf } from './weeks';

it('leads from a week to what it counts, Sunday included', () => {
  const week = { startDate: '2026-02-23', newCustomers: 2, contacts: 5 };
  expect(dayOf(week)).toBe('02-23');
  expect(contactsOf(week)).toBe('/interactions?from=2026-02-23&to=2026-03-01');
  expect(createdIn(week)).toEqual({
    field: 'createTime',
    op: 'between',
    values: ['2026-02-23', '2026-03-01'],
  });
});
