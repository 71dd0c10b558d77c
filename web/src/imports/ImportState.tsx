import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Import } from '../api/types';

const COLORS: Record<Import['state'], string | undefined> = {
  CHECKING: 'processing',
  READY: 'warning',
  RUNNING: 'processing',
  SUCCEEDED: 'success',
  FAILED: 'error',
  CANCELLED: undefined,
  REVERTING: 'processing',
  REVERTED: undefined,
};

export function ImportState({ state }: Pick<Import, 'state'>) {
  const { t } = useTranslation();
  return <Tag color={COLORS[state]}>{t(`import.state.${state}`)}</Tag>;
}
