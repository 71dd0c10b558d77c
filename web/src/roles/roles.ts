import { queryOptions, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { PermissionChange, Role, RoleInput } from '../api/types';
import { useWrite } from '../api/use-write';

/** Every role, with the number of people who have it. */
export const rolesQuery = queryOptions({
  queryKey: keys.roles,
  queryFn: async ({ signal }): Promise<Role[]> =>
    (await answer(api.GET('/v1/roles', { params: { query: { counts: true } }, signal }))).roles,
  staleTime: 60_000,
});

export const roleQuery = (code: string) =>
  queryOptions({
    queryKey: [...keys.roles, code],
    queryFn: async ({ signal }): Promise<Role> =>
      answer(api.GET('/v1/roles/{code}', { params: { path: { code } }, signal })),
  });

interface Labels {
  labelZh: string;
  labelEn: string;
}

/** What something is called in the reader's language. */
export function useLabelOf(): (labels: Labels) => string {
  const { language } = useTranslation().i18n;
  return useCallback(
    ({ labelZh, labelEn }) => (language === 'en' ? labelEn || labelZh : labelZh),
    [language],
  );
}

/** The name of a role by its code. Those of the built-in ones are known without asking. */
export function useRoleName(codes?: string[]): (code: string) => string {
  const { t, i18n } = useTranslation();
  const asked = codes?.some((code) => !i18n.exists(`role.${code}`)) ?? true;
  const { data } = useQuery({ ...rolesQuery, enabled: asked });
  const labelOf = useLabelOf();
  return useCallback(
    (code) => {
      const role = data?.find((candidate) => candidate.code === code);
      return role ? labelOf(role) : t(`role.${code}` as 'role.administrator', { defaultValue: code });
    },
    [data, labelOf, t],
  );
}

export function useRoleOptions(): { value: string; label: string }[] {
  const { data } = useQuery(rolesQuery);
  const labelOf = useLabelOf();
  return useMemo(
    () => (data ?? []).map((role) => ({ value: role.code, label: labelOf(role) })),
    [data, labelOf],
  );
}

/** A role decides what people may do, the reader among them. */
const everything = [keys.roles, keys.people, keys.users, keys.permissions, keys.me];

export function useCreateRole() {
  return useWrite((body: RoleInput, headers) => answer(api.POST('/v1/roles', { body, headers })), {
    touches: () => everything,
  });
}

export function useCopyRole() {
  return useWrite(
    ({ code, ...body }: Labels & { code: string }, headers) =>
      answer(api.POST('/v1/roles/{code}:copy', { params: { path: { code } }, body, headers })),
    { touches: () => everything },
  );
}

export function useSaveRole() {
  return useWrite(
    ({ role: { code, etag }, body }: { role: Role; body: RoleInput }, write) => {
      const params = { path: { code }, query: { updateMask: Object.keys(body).join(',') } };
      const headers = { ...write, 'If-Match': etag };
      return answer(api.PATCH('/v1/roles/{code}', { params, body, headers }));
    },
    { touches: () => everything },
  );
}

export function useDeleteRole() {
  return useWrite(
    (code: string, headers) =>
      answer(api.DELETE('/v1/roles/{code}', { params: { path: { code } }, headers })),
    { touches: () => everything },
  );
}

/** A change that somebody thinks about; a role is named beside what the document lists of it. */
export type Plan =
  { role: RoleInput & { code: string } } | { deletedRole: string } | { userId: string; roles: string[] };

export interface Preview {
  changes: PermissionChange[];
  userCount: number;
  lastAdministrator: boolean;
}

/** Who would gain and lose what. */
export const previewQuery = (plan: Plan) =>
  queryOptions({
    queryKey: [...keys.permissions, 'preview', plan],
    queryFn: async ({ signal }): Promise<Preview> =>
      answer(
        api.POST('/v1/permissions:preview', {
          body: plan,
          headers: { 'Idempotency-Key': crypto.randomUUID() },
          signal,
        }),
      ),
    staleTime: 0,
    gcTime: 0,
  });
