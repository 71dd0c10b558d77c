import { expect, it } from 'vitest';
import { colorOf, initials } from './initials';

it('takes the last characters of a Chinese name and the first letters of another', () => {
  expect(initials('\u6b27\u9633\u5c0f\u660e', 2)).toBe('\u5c0f\u660e');
  expect(initials('\u738b\u82b3', 1)).toBe('\u82b3');
  expect(initials('\u674e\u56db (\u5317\u4eac)', 2)).toBe('\u5317\u4eac');
  expect(initials('Ann Mary Lee', 2)).toBe('AM');
  expect(initials('gerald', 2)).toBe('G');
  expect(initials('  ', 2)).toBe('');
});

it('gives somebody the same colour each time', () => {
  expect(colorOf('0190a0a0-0000-7000-8000-000000000001')).toBe(
    colorOf('0190a0a0-0000-7000-8000-000000000001'),
  );
});
