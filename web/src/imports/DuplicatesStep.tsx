import { Alert, Button, Card, Flex, Radio, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Import } from '../api/types';
import { Failure } from '../app/Failure';
import { formatCount } from '../app/format';
import { useChangeImport, useRunImport } from './writes';

const POLICIES = ['SKIP', 'UPDATE_EMPTY', 'OVERWRITE'] as const;

type Policy = Import['duplicatePolicy'];

interface DuplicatesStepProps {
  record: Import;
  onBack: () => void;
}

/** What becomes of rows whose customer is there already, and the start of the run. */
export function DuplicatesStep({ record, onBack }: DuplicatesStepProps) {
  const { t } = useTranslation();
  const change = useChangeImport();
  const run = useRunImport();
  // What was just chosen shows at once, in the very click: that a write is under way is told a moment later.
  const [chosen, setChosen] = useState<Policy>();
  const choose = (duplicatePolicy: Policy) => {
    setChosen(duplicatePolicy);
    change.mutate({ record, duplicatePolicy }, { onSettled: () => setChosen(undefined) });
  };
  const failed = run.error ?? change.error;
  const start = () => run.mutate(record.id);
  return (
    <Card size="small" title={t('import.duplicatesTitle', { duplicates: formatCount(record.duplicates) })}>
      <Flex vertical gap={16}>
        <Radio.Group
          className="policies"
          aria-label={t('import.step.duplicates')}
          value={chosen ?? record.duplicatePolicy}
          disabled={change.isPending || run.isPending}
          onChange={(event) => choose(event.target.value as Policy)}
        >
          {POLICIES.map((key) => (
            <Radio key={key} value={key}>
              <span>{t(`import.policy.${key}`)}</span>
              <br />
              <Typography.Text type="secondary">{t(`import.policyMeans.${key}`)}</Typography.Text>
            </Radio>
          ))}
        </Radio.Group>
        <Alert type="info" showIcon title={t('import.ready')} description={<Plan record={record} />} />
        {failed && <Failure error={failed} onRetry={run.error ? start : undefined} />}
        <Flex justify="end" gap={8} className="wizard-end">
          <Button onClick={onBack}>{t('import.back')}</Button>
          <Button type="primary" loading={run.isPending} disabled={change.isPending} onClick={start}>
            {t('import.run', { accepted: formatCount(record.accepted) })}
          </Button>
        </Flex>
      </Flex>
    </Card>
  );
}

/** What the run will do, in numbers. */
function Plan({ record: { accepted, duplicates, rejected, dropped, duplicatePolicy } }: DuplicatesPlan) {
  const { t } = useTranslation();
  const skips = duplicatePolicy === 'SKIP';
  const counts = {
    created: formatCount(accepted),
    updated: formatCount(skips ? 0 : duplicates),
    leftOut: formatCount(rejected + dropped + (skips ? duplicates : 0)),
  };
  return <span>{t('import.plan', counts)}</span>;
}

interface DuplicatesPlan {
  record: Import;
}
