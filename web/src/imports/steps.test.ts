import { describe, expect, it } from 'vitest';
import { stepOf } from './steps';

const columns = [{ header: 'Company', field: '' }];

describe('stepOf', () => {
  it('follows the state, whatever was chosen before', () => {
    expect(stepOf({ state: 'RUNNING', problem: '', columns }, 'rows')).toBe('run');
    expect(stepOf({ state: 'REVERTING', problem: '', columns }, 'rows')).toBe('report');
  });

  it('finds the chosen step again while nothing is written, also while the rows are checked anew', () => {
    expect(stepOf({ state: 'READY', problem: '', columns }, 'duplicates')).toBe('duplicates');
    expect(stepOf({ state: 'CHECKING', problem: '', columns }, 'duplicates')).toBe('duplicates');
    expect(stepOf({ state: 'READY', problem: '', columns }, undefined)).toBe('columns');
  });

  it('lets one say which column is the name, and asks for another file otherwise', () => {
    expect(stepOf({ state: 'FAILED', problem: 'NO_NAME_COLUMN', columns }, undefined)).toBe('columns');
    expect(stepOf({ state: 'FAILED', problem: 'FILE_BROKEN', columns: [] }, undefined)).toBe('upload');
  });
});
