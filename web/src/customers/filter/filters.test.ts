import { describe, expect, it } from 'vitest';
import { type Filter, filterOf, filterText, treeOf } from './filters';

const level: Filter = { field: 'level', op: 'in', values: ['vip', 'a,b:c'] };
const stale: Filter = { field: 'lastContactTime', op: 'before_n_days', values: ['30'] };

describe('filters in the address', () => {
  it('come back as they were', () => {
    for (const filter of [level, stale, { field: 'tags', op: 'empty', values: [] } as Filter])
      expect(filterOf(filterText(filter))).toEqual(filter);
  });

  it('are left out when they say nothing that is understood', () => {
    for (const text of [
      '',
      'level',
      'level:in',
      'level:like:x',
      '__proto__:in:x',
      'createTime:last_n_days:x',
    ])
      expect(filterOf(text)).toBeUndefined();
  });
});

describe('the tree of conditions', () => {
  it('asks that all hold', () => {
    expect(treeOf([])).toBeUndefined();
    expect(treeOf([stale])).toEqual({ field: 'lastContactTime', op: 'before_n_days', value: 30 });
    expect(treeOf([level, stale])).toEqual({
      and: [
        { field: 'level', op: 'in', value: ['vip', 'a,b:c'] },
        { field: 'lastContactTime', op: 'before_n_days', value: 30 },
      ],
    });
  });

  it('takes whole days of the reader’s zone', () => {
    const days: Filter = { field: 'createTime', op: 'between', values: ['2026-03-01', '2026-03-01'] };
    const [from = '', to = ''] = treeOf([days])?.value as string[];
    expect(new Date(to).getTime() - new Date(from).getTime()).toBe(24 * 60 * 60 * 1000 - 1);
  });
});
