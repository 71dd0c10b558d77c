import { queryOptions, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { Department, DepartmentInput } from '../api/types';
import { useWrite } from '../api/use-write';
import { branchOf, type DepartmentNode, treeOf } from './tree';

/** The retired ones too: records and roles of the past may still name them. */
export const departmentsQuery = queryOptions({
  queryKey: keys.departments,
  queryFn: async ({ signal }) => {
    const query = { showRetired: true };
    return (await answer(api.GET('/v1/departments', { params: { query }, signal }))).departments;
  },
  staleTime: 60_000,
});

export function living(departments: Department[]): Department[] {
  return departments.filter(({ retireTime }) => retireTime === undefined);
}

/** The name of a department by id; empty as long as it is unknown. */
export function useDepartmentName(): (id: string) => string {
  const { data } = useQuery(departmentsQuery);
  const names = useMemo(() => new Map(data?.map(({ id, name }) => [id, name])), [data]);
  return useCallback((id) => names.get(id) ?? '', [names]);
}

/** Departments to choose from; none of the branch that is left out. */
export function useDepartmentTree(without?: string): DepartmentNode[] {
  const { data } = useQuery(departmentsQuery);
  return useMemo(() => {
    const all = living(data ?? []);
    const left = without === undefined ? new Set() : branchOf(all, without);
    return treeOf(all.filter(({ id }) => !left.has(id)));
  }, [data, without]);
}

/** A department decides who stands where, and so what people may do. */
const everything = [keys.departments, keys.people, keys.users, keys.permissions];

export interface DepartmentSave {
  department?: Department;
  body: DepartmentInput;
  mask: string[];
}

export function useSaveDepartment() {
  return useWrite(
    ({ department, body, mask }: DepartmentSave, write) => {
      if (!department) return answer(api.POST('/v1/departments', { body, headers: write }));
      const params = { path: { id: department.id }, query: { updateMask: mask.join(',') } };
      const headers = { ...write, 'If-Match': department.etag };
      return answer(api.PATCH('/v1/departments/{id}', { params, body, headers }));
    },
    { touches: () => everything },
  );
}

export function useDeleteDepartment() {
  return useWrite(
    (id: string, headers) =>
      answer(api.DELETE('/v1/departments/{id}', { params: { path: { id } }, headers })),
    { touches: () => everything },
  );
}

/** How a department leaves its place: below another one, or into it. */
export type Relocation = 'move' | 'merge';

export interface Relocated {
  id: string;
  how: Relocation;
  targetId: string;
}

function relocate({ id, how, targetId }: Relocated, dryRun: boolean, write: { 'Idempotency-Key': string }) {
  const options = { params: { path: { id } }, headers: write };
  return how === 'move'
    ? answer(api.POST('/v1/departments/{id}:move', { ...options, body: { parentId: targetId, dryRun } }))
    : answer(api.POST('/v1/departments/{id}:merge', { ...options, body: { targetId, dryRun } }));
}

/** Whom it would take along. */
export const relocationQuery = (relocated: Relocated) =>
  queryOptions({
    queryKey: [...keys.departments, 'preview', relocated],
    queryFn: () => relocate(relocated, true, { 'Idempotency-Key': crypto.randomUUID() }),
    staleTime: 0,
    gcTime: 0,
  });

export function useRelocate() {
  return useWrite((relocated: Relocated, write) => relocate(relocated, false, write), {
    touches: () => everything,
  });
}
