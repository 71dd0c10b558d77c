import { CloseCircleFilled } from '@ant-design/icons';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** A field's `allowClear`, whose button says what it does: Ant Design's own says it in English, or not at all. */
export function useClear() {
  const { t } = useTranslation();
  const label = t('form.clear');
  return useMemo(() => ({ clearIcon: <CloseCircleFilled aria-label={label} />, label }), [label]);
}
