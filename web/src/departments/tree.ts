import type { Department } from '../api/types';

export interface DepartmentNode {
  key: string;
  value: string;
  title: string;
  department: Department;
  children: DepartmentNode[];
}

/** Departments as a tree, those of one place by name. One whose parent is unknown stands at the root. */
export function treeOf(departments: Department[]): DepartmentNode[] {
  const ids = new Set(departments.map(({ id }) => id));
  const above = ({ parentId }: Department) => (ids.has(parentId) ? parentId : '');
  const nodes = (parentId: string): DepartmentNode[] =>
    departments
      .filter((department) => above(department) === parentId)
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map((department) => ({
        key: department.id,
        value: department.id,
        title: department.name,
        department,
        children: nodes(department.id),
      }));
  return nodes('');
}

/** The department and everything below it: where it can neither move nor merge. */
export function branchOf(departments: Department[], id: string): Set<string> {
  const branch = new Set([id]);
  // A set that grows while it is gone through ends when nothing new is found.
  for (const parent of branch)
    for (const department of departments) if (department.parentId === parent) branch.add(department.id);
  return branch;
}
