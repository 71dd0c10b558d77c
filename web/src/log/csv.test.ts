import { expect, it } from 'vitest';
import { csv } from './csv';

it('writes what a spreadsheet reads as it was', () => {
  expect(csv([['a', 'b, c', 'say "x"', '=1+1', '']])).toBe('\uFEFFa,"b, c","say ""x""",\'=1+1,\r\n');
});
