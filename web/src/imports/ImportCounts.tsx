import { Statistic } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Import } from '../api/types';
import { formatCount } from '../app/format';

const COUNTS = ['total', 'accepted', 'rejected', 'duplicates', 'flagged'] as const;

export function ImportCounts({ record }: { record: Import }) {
  const { t } = useTranslation();
  return (
    <div className="figures">
      {COUNTS.map((key) => (
        <div key={key} role="group" aria-label={t(`import.count.${key}`)}>
          <Statistic title={t(`import.count.${key}`)} value={record[key]} formatter={() => formatCount(record[key])} />
        </div>
      ))}
    </div>
  );
}
