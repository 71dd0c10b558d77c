import { expect, it } from 'vitest';
import { linesOf } from './payload';
import { stateOfConsumer, stateOfOutbox } from './state';

it('says each value with its place, and nothing of what is empty', () => {
  const after = {
    name: '******',
    remarks: '',
    phones: [{ number: '138****0000', kind: 'KIND_UNSPECIFIED' }],
    star: false,
  };
  expect(linesOf({ after })).toEqual([
    ['after.name', '******'],
    ['after.phones[0].number', '138****0000'],
    ['after.star', 'false'],
  ]);
  expect(linesOf(undefined)).toEqual([]);
});

it('tells dead letters first, then a lag, and that nothing is known', () => {
  const counts = (waiting?: number, dead?: number) => ({
    name: 'reporting',
    waiting,
    bulkWaiting: waiting,
    dead,
  });
  expect(stateOfConsumer(counts(5_000, 1))).toBe('dead');
  expect(stateOfConsumer(counts(5_000, 0))).toBe('lags');
  expect(stateOfConsumer(counts(3, 0))).toBe('fine');
  expect(stateOfConsumer(counts())).toBe('unknown');
  expect(stateOfOutbox({ service: 'customer', waiting: 1, oldestSeconds: 61 })).toBe('lags');
});
