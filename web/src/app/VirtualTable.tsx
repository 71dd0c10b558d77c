import { type ReactNode, useState } from 'react';
import { useHeight } from './use-height';

export interface Column<Row> {
  key: string;
  title: ReactNode;
  /** Least width; what is left over is shared in proportion. */
  width: number;
  render: (row: Row) => ReactNode;
}

interface VirtualTableProps<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  onNearEnd: () => void;
}

const ROW_PX = 44;
/** Rows drawn beyond the window on either side; the window moves by as many, so that scrolling seldom draws. */
const MARGIN_ROWS = 12;
const NEAR_END_PX = 20 * ROW_PX;

/**
 * A table of any length that draws only what is in sight. Ant Design's own table would be a third of the script of
 * the list's first view.
 */
export function VirtualTable<Row>({ label, columns, rows, rowKey, onNearEnd }: VirtualTableProps<Row>) {
  const [frame, height] = useHeight();
  const [step, setStep] = useState(0);
  const first = Math.max(0, (step - 1) * MARGIN_ROWS);
  const last = Math.min(rows.length, (step + 2) * MARGIN_ROWS + Math.ceil(height / ROW_PX));
  const gridTemplateColumns = columns.map(({ width }) => `minmax(${width}px, ${width}fr)`).join(' ');
  const minWidth = columns.reduce((sum, { width }) => sum + width, 0);
  return (
    <div
      ref={frame}
      className="virtual-table"
      role="table"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        setStep(Math.floor(scrollTop / (MARGIN_ROWS * ROW_PX)));
        if (scrollHeight - scrollTop - clientHeight < NEAR_END_PX) onNearEnd();
      }}
    >
      <div role="row" aria-rowindex={1} className="virtual-head" style={{ gridTemplateColumns, minWidth }}>
        {columns.map(({ key, title }) => (
          <div key={key} role="columnheader">
            {title}
          </div>
        ))}
      </div>
      <div role="rowgroup" className="virtual-body" style={{ height: rows.length * ROW_PX, minWidth }}>
        {rows.slice(first, last).map((row, offset) => (
          <div
            key={rowKey(row)}
            role="row"
            aria-rowindex={first + offset + 2}
            className="virtual-row"
            style={{ gridTemplateColumns, height: ROW_PX, top: (first + offset) * ROW_PX }}
          >
            {columns.map(({ key, render }) => (
              <div key={key} role="cell">
                {render(row)}
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
