import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ImportRow } from '../api/types';

const COLORS: Record<ImportRow['outcome'], string | undefined> = {
  ACCEPTED: 'success',
  REJECTED: 'error',
  DUPLICATE: 'warning',
  FLAGGED: 'processing',
  DROPPED: undefined,
};

export function OutcomeMark({ row: { outcome } }: { row: ImportRow }) {
  const { t } = useTranslation();
  return <Tag color={COLORS[outcome]}>{t(`import.outcome.${outcome}`)}</Tag>;
}
