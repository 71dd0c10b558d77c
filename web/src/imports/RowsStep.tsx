import { Button, Card, Flex, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Import } from '../api/types';
import { Tabs } from '../app/Tabs';
import { formatCount } from '../app/format';
import { ImportRows } from './ImportRows';
import { type Outcome, OUTCOMES } from './queries';

const COUNT_OF = {
  ALL: 'total',
  REJECTED: 'rejected',
  DUPLICATE: 'duplicates',
  FLAGGED: 'flagged',
  ACCEPTED: 'accepted',
  DROPPED: 'dropped',
} as const satisfies Record<Outcome, keyof Import>;

interface RowsStepProps {
  record: Import;
  onBack: () => void;
  onNext: () => void;
}

/** What the check found: rows by what becomes of them, mended in the grid or dropped. */
export function RowsStep({ record, onBack, onNext }: RowsStepProps) {
  const { t } = useTranslation();
  return (
    <Card size="small">
      <Flex vertical gap={8}>
        <Typography.Text type="secondary">{t('import.fixHint')}</Typography.Text>
        <RowTabs record={record} />
        <Flex justify="end" gap={8} className="wizard-end">
          <Button onClick={onBack}>{t('import.back')}</Button>
          <Button type="primary" onClick={onNext}>
            {t('import.next')}
          </Button>
        </Flex>
      </Flex>
    </Card>
  );
}

/** The rows of the file, a tab for each outcome that there is. */
export function RowTabs({ record }: { record: Import }) {
  const { t } = useTranslation();
  const [outcome, setOutcome] = useState<Outcome>(
    () => OUTCOMES.find((key) => record[COUNT_OF[key]] > 0) ?? 'ALL',
  );
  return (
    <Tabs
      activeKey={outcome}
      onChange={(key) => setOutcome(key as Outcome)}
      destroyOnHidden
      items={[...OUTCOMES, 'ALL' as const].map((key) => ({
        key,
        label: t('import.tab', {
          outcome: t(`import.outcome.${key}`),
          count: formatCount(record[COUNT_OF[key]]),
        }),
        children: <ImportRows record={record} outcome={key} />,
      }))}
    />
  );
}
