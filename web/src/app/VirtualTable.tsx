import { memo, type ReactNode, useState } from 'react';
import { useHeight } from './use-height';

export interface Column<Item> {
  key: string;
  title: ReactNode;
  /** Least width; what is left over is shared in proportion. */
  width: number;
  render: (row: Item) => ReactNode;
}

interface VirtualTableProps<Item> {
  label: string;
  columns: Column<Item>[];
  rows: Item[];
  rowKey: (row: Item) => string;
  onNearEnd: () => void;
}

const ROW_PX = 44;
/** The window of drawn rows moves by so many at a time, and reaches two such steps beyond what is in sight. */
const STEP_ROWS = 6;
const NEAR_END_PX = 20 * ROW_PX;

/**
 * A table of any length that draws only what is in sight. Ant Design's own table would be a third of the script of
 * the list's first view.
 */
export function VirtualTable<Item>({ label, columns, rows, rowKey, onNearEnd }: VirtualTableProps<Item>) {
  const [frame, height] = useHeight();
  const [step, setStep] = useState(0);
  const first = Math.max(0, (step - 2) * STEP_ROWS);
  const last = Math.min(rows.length, (step + 3) * STEP_ROWS + Math.ceil(height / ROW_PX));
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
        setStep(Math.floor(scrollTop / (STEP_ROWS * ROW_PX)));
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
          <Row
            key={rowKey(row)}
            row={row}
            columns={columns as Column<unknown>[]}
            gridTemplateColumns={gridTemplateColumns}
            index={first + offset}
          />
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  row: unknown;
  columns: Column<unknown>[];
  gridTemplateColumns: string;
  index: number;
}

/** Drawn once as long as nothing of it changes: scrolling draws the rows that come into the window alone. */
const Row = memo(function Row({ row, columns, gridTemplateColumns, index }: RowProps) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="virtual-row"
      style={{ gridTemplateColumns, height: ROW_PX, top: index * ROW_PX }}
    >
      {columns.map(({ key, render }) => (
        <div key={key} role="cell">
          {render(row)}
        </div>
      ))}
    </div>
  );
});
