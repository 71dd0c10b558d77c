import { describe, expect, it } from 'vitest';
import type { Department } from '../api/types';
import { branchOf, treeOf } from './tree';

const department = (id: string, parentId: string) => ({ id, parentId, name: id }) as Department;
const ALL = [department('c', 'b'), department('b', 'a'), department('a', ''), department('d', 'a')];

describe('departments', () => {
  it('stand below each other, in the order of their names', () => {
    const [root, ...others] = treeOf(ALL);
    expect(others).toEqual([]);
    expect(root?.children.map(({ key }) => key)).toEqual(['b', 'd']);
    expect(root?.children[0]?.children.map(({ key }) => key)).toEqual(['c']);
  });

  it('stand at the root when the one above is not known', () => {
    expect(treeOf([department('b', 'gone')]).map(({ key }) => key)).toEqual(['b']);
  });

  it('have a branch of their own', () => {
    expect([...branchOf(ALL, 'b')].toSorted()).toEqual(['b', 'c']);
    expect(branchOf(ALL, 'd')).toEqual(new Set(['d']));
  });
});
