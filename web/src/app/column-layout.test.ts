import { describe, expect, it } from 'vitest';
import { arranged, inOrder, moved } from './column-layout';

const columns = ['name', 'level', 'status', 'phones'].map((key) => ({
  key,
  width: 100,
  pinned: key === 'name',
}));
const keys = (list: { key: string }[]) => list.map(({ key }) => key);

describe('columns', () => {
  it('stand as somebody put them, the pinned one first', () => {
    const layout = {
      order: ['phones', 'name', 'level', 'status'],
      hidden: ['level'],
      widths: { phones: 200 },
    };
    const drawn = arranged(columns, layout);
    expect(keys(drawn)).toEqual(['name', 'phones', 'status']);
    expect(drawn[1]).toMatchObject({ width: 200, sized: true });
  });

  it('take in one that a newer version brought', () => {
    const layout = { order: ['phones', 'level'], hidden: ['gone'], widths: {} };
    expect(keys(inOrder(columns, layout))).toEqual(['name', 'phones', 'level', 'status']);
  });

  it('move to where they are dropped', () => {
    expect(moved(['a', 'b', 'c'], 'c', 'a')).toEqual(['c', 'a', 'b']);
    expect(moved(['a', 'b', 'c'], 'a', 'c')).toEqual(['b', 'c', 'a']);
  });
});
