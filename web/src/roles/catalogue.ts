import { queryOptions, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { FieldRule, Grant, OperationObject } from '../api/types';
import { useDepartmentName } from '../departments/departments';
import { useLabelOf } from './roles';

/** What there is to grant; it changes with a new version of the server alone. */
export const catalogueQuery = queryOptions({
  queryKey: keys.operations,
  queryFn: ({ signal }) => answer(api.GET('/v1/operations', { signal })),
  staleTime: Infinity,
});

/** What an operation is called: its object and what is done to it. */
export function useOperationName(): (code: string) => string {
  const { t } = useTranslation();
  const { data } = useQuery(catalogueQuery);
  const labelOf = useLabelOf();
  return useCallback(
    (code) => {
      const object = data?.objects.find(({ operations }) => operations.some((own) => own.code === code));
      const operation = object?.operations.find((own) => own.code === code);
      return object && operation ? `${labelOf(object)}${t('app.colon')}${labelOf(operation)}` : code;
    },
    [data, labelOf, t],
  );
}

export function useFieldName(): (code: string) => string {
  const { data } = useQuery(catalogueQuery);
  const labelOf = useLabelOf();
  return useCallback(
    (code) => {
      const field = data?.fields.find((own) => own.code === code);
      return field ? labelOf(field) : code;
    },
    [data, labelOf],
  );
}

/** How far something reaches, in words; departments by name. */
export function useReachName(): (
  reach: Pick<Grant, 'scope' | 'departmentIds'> & { andOwn?: boolean; andShared?: boolean },
) => string {
  const { t } = useTranslation();
  const departmentName = useDepartmentName();
  return useCallback(
    ({ scope, departmentIds, andOwn = false, andShared = false }) => {
      const names = departmentIds.map(departmentName).filter(Boolean).join(t('app.listSeparator'));
      const reach = t(`role.scope.${scope}`) + (names ? `${t('app.colon')}${names}` : '');
      if (andShared) return t('role.andShared', { reach });
      return andOwn ? t('role.andOwn', { reach }) : reach;
    },
    [departmentName, t],
  );
}

export function useRuleName(): (rule: FieldRule['rule']) => string {
  const { t } = useTranslation();
  return useCallback((rule) => t(`role.rule.${rule}`), [t]);
}

/** Operations to choose from, under their objects. */
export function useOperationOptions() {
  const { data } = useQuery(catalogueQuery);
  const labelOf = useLabelOf();
  const operationName = useOperationName();
  return useMemo(() => {
    const optionsOf = ({ operations }: OperationObject) =>
      operations.map(({ code }) => ({ value: code, label: operationName(code) }));
    return (data?.objects ?? []).map((object) => ({ label: labelOf(object), options: optionsOf(object) }));
  }, [data, labelOf, operationName]);
}
