import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Import } from '../api/types';
import { ImportUpload } from './ImportUpload';
import { useProblemLabel } from './row-reasons';

/** The file cannot be read: why, and the way to try another. */
export function Unreadable({ record }: { record: Import }) {
  const { t } = useTranslation();
  const problemLabel = useProblemLabel();
  return (
    <>
      <Alert
        type="error"
        showIcon
        title={t('import.failed')}
        description={`${problemLabel(record.problem)} ${t('import.failedAdvice')}`}
      />
      <ImportUpload />
    </>
  );
}
