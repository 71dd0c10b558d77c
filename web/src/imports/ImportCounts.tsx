import { Statistic } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Import } from '../api/types';
import { formatCount } from '../app/format';

const COUNTS = ['total', 'accepted', 'rejected', 'duplicates', 'flagged'] as const;

export function ImportCounts({ record }: { record: Import }) {
  const { t } = useTranslation();
  return (
    <div className="figures">
      {COUNTS.map((key) => {
        const label = t(
          `import.count.${key === 'accepted' && record.state === 'SUCCEEDED' ? 'imported' : key}`,
        );
        return (
          <div key={key} role="group" aria-label={label}>
            <Statistic title={label} value={record[key]} formatter={() => formatCount(record[key])} />
          </div>
        );
      })}
    </div>
  );
}
