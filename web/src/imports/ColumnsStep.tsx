import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Card, Flex, Select, Table, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Import, ImportRow } from '../api/types';
import { Failure } from '../app/Failure';
import { useClear } from '../form/clear';
import { useImportFieldOptions } from './fields';
import { sampleRowsQuery } from './queries';
import { useChangeImport } from './writes';

const NAME = 'name';

interface ColumnsStepProps {
  record: Import;
  onNext: () => void;
}

/** Which field each column of the file fills: guessed, with a few of its values to judge by, and mapped by hand. */
export function ColumnsStep({ record, onNext }: ColumnsStepProps) {
  const { t } = useTranslation();
  const [columns, setColumns] = useState(record.columns);
  const { data: sample = [] } = useQuery(sampleRowsQuery(record.id));
  const change = useChangeImport();
  const changed = columns.some(({ field }, index) => field !== record.columns[index]?.field);
  const hasName = columns.some(({ field }) => field === NAME);
  const known = columns.filter(({ field }) => field !== '').length;
  const map = (index: number, field: string) =>
    setColumns((before) =>
      before.map((column, position) => (position === index ? { ...column, field } : column)),
    );
  const goOn = () => {
    // The check that follows takes this step off the screen: a callback of its own would be lost.
    if (changed) void change.mutateAsync({ record, columns }).then(onNext, () => undefined);
    else onNext();
  };
  return (
    <Card size="small" title={t('import.columns', { known, total: columns.length })}>
      <Flex vertical gap={12}>
        {!hasName && (
          <Alert
            type="warning"
            showIcon
            title={t('import.problem.NO_NAME_COLUMN')}
            description={t('import.nameAdvice')}
          />
        )}
        {change.error && <Failure error={change.error} onRetry={goOn} />}
        <ColumnTable columns={columns} sample={sample} onMap={map} />
        <Flex justify="end" align="center" gap={12} className="wizard-end">
          <Typography.Text type="secondary">{changed && t('import.recheck')}</Typography.Text>
          <Button type="primary" disabled={!hasName} loading={change.isPending} onClick={goOn}>
            {t(changed ? 'import.checkAgain' : 'import.next')}
          </Button>
        </Flex>
      </Flex>
    </Card>
  );
}

interface ColumnTableProps {
  columns: Import['columns'];
  sample: ImportRow[];
  onMap: (index: number, field: string) => void;
}

function ColumnTable({ columns, sample, onMap }: ColumnTableProps) {
  const { t } = useTranslation();
  const clear = useClear();
  const options = useImportFieldOptions();
  const taken = columns.map(({ field }) => field);
  return (
    <Table
      size="small"
      rowKey="index"
      pagination={false}
      scroll={{ x: 560 }}
      dataSource={columns.map((column, index) => ({ ...column, index }))}
      columns={[
        { title: t('import.header'), dataIndex: 'header', width: 170 },
        {
          title: t('import.fills'),
          width: 230,
          render: (_, { header, field, index }) => (
            <Select
              className="full-width"
              allowClear={clear}
              showSearch={{ optionFilterProp: 'label' }}
              aria-label={t('import.fieldOf', { header })}
              placeholder={t('import.provenance')}
              status={field === '' ? 'warning' : undefined}
              value={field || undefined}
              onChange={(chosen: string | undefined) => onMap(index, chosen ?? '')}
              options={options(field, taken)}
            />
          ),
        },
        {
          title: t('import.sample'),
          ellipsis: true,
          render: (_, { header }) => (
            <Typography.Text type="secondary">{sampleOf(sample, header)}</Typography.Text>
          ),
        },
      ]}
    />
  );
}

/** The first different values of a column. */
function sampleOf(rows: ImportRow[], header: string): string {
  const values = rows.map(({ values: cells }) => cells[header]).filter(isText);
  return [...new Set(values)].slice(0, 3).join(' · ');
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
