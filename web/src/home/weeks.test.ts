import { expect, it } from 'vitest';
import { contactsOf, dayOf, newCustomersOf } from './weeks';

it('leads from a week to what it counts, Sunday included', () => {
  const week = { startDate: '2026-02-23', newCustomers: 2, contacts: 5 };
  expect(dayOf(week)).toBe('02-23');
  expect(contactsOf(week)).toBe('/interactions?from=2026-02-23&to=2026-03-01');
  const { pathname, searchParams } = new URL(newCustomersOf(week), 'http://cims');
  expect(pathname).toBe('/customers');
  expect(searchParams.get('filter')).toBe('createTime:between:2026-02-23,2026-03-01');
});
