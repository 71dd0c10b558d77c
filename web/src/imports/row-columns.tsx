import { Flex, Grid, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Import, ImportRow } from '../api/types';
import { OutcomeMark } from './OutcomeMark';
import { RowCell } from './RowCell';
import { useRowReasons } from './row-reasons';

/** Number, outcome and reasons stay in sight; the cells of the file move under them. */
export function useRowColumns(record: Import, editable: boolean): TableColumnsType<ImportRow> {
  const { t } = useTranslation();
  const wide = Grid.useBreakpoint().md ?? true;
  // On a phone they would leave nothing for the cells.
  const fixed = wide ? 'start' : undefined;
  return [
    { title: t('import.row'), dataIndex: 'row', width: 60, fixed },
    {
      title: t('import.result'),
      width: wide ? 230 : 150,
      fixed,
      render: (_, row) => <Result row={row} />,
    },
    ...record.columns.map(({ header }, index) => ({
      title: header,
      key: `column-${index}`,
      width: 150,
      render: (_: unknown, row: ImportRow) => (
        <RowCell
          importId={record.id}
          row={row}
          header={header}
          editable={editable && row.outcome !== 'DROPPED'}
        />
      ),
    })),
  ];
}

function Result({ row }: { row: ImportRow }) {
  const { t } = useTranslation();
  const reasons = useRowReasons();
  const customerId = row.customerId || row.duplicateOf?.customerId;
  return (
    <Flex vertical gap={2} align="start">
      <OutcomeMark row={row} />
      {reasons(row).map((reason) => (
        <span key={reason} className="row-reason">
          {reason}
        </span>
      ))}
      {customerId && (
        <Link to={`/customers/${customerId}`}>
          {t(row.customerId ? 'import.openCustomer' : 'import.openTwin')}
        </Link>
      )}
    </Flex>
  );
}
