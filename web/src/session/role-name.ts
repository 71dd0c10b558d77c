import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** The name of a role by its code; the code itself where there is none. */
export function useRoleName(): (code: string) => string {
  const { t } = useTranslation();
  return useCallback((code) => t(`role.${code}` as 'role.administrator', { defaultValue: code }), [t]);
}
