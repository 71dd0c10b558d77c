import { describe, expect, it } from 'vitest';
import { type Choice, isComplete, newLine, rulesOf } from './rules';

const line = (code: string, ...receivers: string[]) => ({ ...newLine(), code, receivers });
const choice = (part: Partial<Choice>): Choice => ({ way: 'region', lines: [], rest: [], ...part });

describe('rules of a handover', () => {
  it('puts a district before its city and everything else last', () => {
    const lines = [line('330000', 'a'), line('330106', 'b', 'c'), line('', 'd'), line('110000')];
    expect(rulesOf(choice({ lines, rest: ['e'] }))).toEqual([
      { regionCode: '330106', level: '', receiverIds: ['b', 'c'] },
      { regionCode: '330000', level: '', receiverIds: ['a'] },
      { regionCode: '', level: '', receiverIds: ['e'] },
    ]);
  });

  it('takes a code for a level where levels are chosen, and none where all goes to one', () => {
    const lines = [line('important', 'a')];
    expect(rulesOf(choice({ way: 'level', lines }))).toEqual([
      { regionCode: '', level: 'important', receiverIds: ['a'] },
    ]);
    expect(rulesOf(choice({ way: 'all', lines, rest: ['b'] }))).toEqual([
      { regionCode: '', level: '', receiverIds: ['b'] },
    ]);
  });

  it('is complete when every line says what and to whom', () => {
    expect(isComplete(choice({ way: 'all' }))).toBe(false);
    expect(isComplete(choice({ way: 'all', rest: ['a'] }))).toBe(true);
    expect(isComplete(choice({ lines: [line('330000', 'a')] }))).toBe(true);
    expect(isComplete(choice({ lines: [line('330000', 'a'), line('110000')] }))).toBe(false);
    expect(isComplete(choice({ lines: [line('', 'a')], rest: ['b'] }))).toBe(false);
  });
});
