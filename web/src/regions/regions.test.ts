import { describe, expect, it } from 'vitest';
import { regionPath } from './regions';

describe('regionPath', () => {
  it('leads from the province to the region', () => {
    expect(regionPath('320102')).toEqual(['320000', '320100', '320102']);
    expect(regionPath('320100')).toEqual(['320000', '320100']);
    expect(regionPath('320000')).toEqual(['320000']);
    expect(regionPath('')).toEqual([]);
  });
});
