import { Collapse, Flex, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Import } from '../api/types';
import { useFieldLabel } from '../customers/field-labels';

/** Which field each column of the file was taken for. */
export function ImportColumns({ columns }: { columns: Import['columns'] }) {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const known = columns.filter(({ field }) => field !== '').length;
  return (
    <Collapse
      size="small"
      items={[
        {
          key: 'columns',
          label: t('import.columns', { known, total: columns.length }),
          children: (
            <Flex gap={8} wrap>
              {columns.map(({ header, field }) => (
                <Tag key={header} color={field ? 'blue' : undefined}>
                  {header} →{' '}
                  {field ? (
                    label(field)
                  ) : (
                    <Typography.Text type="secondary">{t('import.provenance')}</Typography.Text>
                  )}
                </Tag>
              ))}
            </Flex>
          ),
        },
      ]}
    />
  );
}
