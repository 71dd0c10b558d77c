import { describe, expect, it } from 'vitest';
import { stepOf } from './steps';

describe('stepOf', () => {
  it('follows the state, whatever was chosen before', () => {
    expect(stepOf('RUNNING', 'rows')).toBe('run');
    expect(stepOf('REVERTING', 'rows')).toBe('report');
    expect(stepOf('FAILED', 'rows')).toBe('upload');
  });

  it('finds the chosen step again while nothing is written, also while the rows are checked anew', () => {
    expect(stepOf('READY', 'duplicates')).toBe('duplicates');
    expect(stepOf('CHECKING', 'duplicates')).toBe('duplicates');
    expect(stepOf('READY', undefined)).toBe('columns');
  });
});
