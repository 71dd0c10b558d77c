import { CaretDownOutlined, CaretUpOutlined } from '@ant-design/icons';
import { type CSSProperties, type DragEvent, type PointerEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LEAST_COLUMN_PX } from './table-measures';
import { SelectBox } from './SelectBox';
import type { Column, RowSelection } from './VirtualTable';

export interface Sort {
  field: string;
  descending: boolean;
}

export interface HeadProps {
  columns: Column<never>[];
  style: CSSProperties;
  sort?: Sort;
  onSort?: (sort: Sort | undefined) => void;
  onResize?: (key: string, width: number) => void;
  /** Puts a column before another. */
  onMove?: (key: string, before: string) => void;
  selection?: RowSelection;
}

export function TableHead({ columns, style, sort, onSort, onResize, onMove, selection }: HeadProps) {
  const [dragged, setDragged] = useState<string>();
  const [target, setTarget] = useState<string>();
  const dragging = (column: Column<never>) => ({
    draggable: onMove !== undefined && !column.pinned,
    onDragStart: (event: DragEvent) => {
      event.dataTransfer.effectAllowed = 'move';
      setDragged(column.key);
    },
    onDragOver: (event: DragEvent) => {
      if (dragged === undefined || column.pinned) return;
      event.preventDefault();
      setTarget(column.key);
    },
    onDrop: () => {
      if (dragged !== undefined && dragged !== column.key) onMove?.(dragged, column.key);
    },
    onDragEnd: () => {
      setDragged(undefined);
      setTarget(undefined);
    },
  });
  return (
    <div role="row" aria-rowindex={1} className="virtual-head" style={style}>
      {selection && (
        <div role="columnheader" className="pinned select-cell">
          <SelectBox
            checked={selection.all}
            some={selection.some}
            onChange={(on) => selection.toggleAll(on)}
          />
        </div>
      )}
      {columns.map((column) => (
        <div
          key={column.key}
          role="columnheader"
          aria-sort={column.sortable ? orderOf(column.key, sort) : undefined}
          className={[column.pinned && 'pinned', target === column.key && 'drop-target']
            .filter(Boolean)
            .join(' ')}
          {...dragging(column)}
        >
          <Title column={column} sort={sort} onSort={onSort} />
          {onResize && <Grip column={column} onResize={onResize} />}
        </div>
      ))}
    </div>
  );
}

function orderOf(key: string, sort: Sort | undefined) {
  if (sort?.field !== key) return 'none';
  return sort.descending ? 'descending' : 'ascending';
}

/** Each press goes on: up, down, as it comes. */
function Title({
  column: { key, title, sortable },
  sort,
  onSort,
}: Pick<HeadProps, 'sort' | 'onSort'> & {
  column: Column<never>;
}) {
  if (!sortable || !onSort) return <span className="clipped">{title}</span>;
  const order = orderOf(key, sort);
  const next = { none: { field: key, descending: false }, ascending: { field: key, descending: true } };
  return (
    <button
      type="button"
      className="sort-button"
      onClick={() => onSort(order === 'descending' ? undefined : next[order])}
    >
      <span className="clipped">{title}</span>
      {order === 'ascending' && <CaretUpOutlined />}
      {order === 'descending' && <CaretDownOutlined />}
    </button>
  );
}

/** The edge of a column: dragged, it sizes it. */
function Grip({ column, onResize }: { column: Column<never>; onResize: NonNullable<HeadProps['onResize']> }) {
  const { t } = useTranslation();
  const start = (event: PointerEvent<HTMLElement>) => {
    const grip = event.currentTarget;
    const width = grip.parentElement?.getBoundingClientRect().width ?? column.width;
    const startX = event.clientX;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    grip.onpointermove = ({ clientX }) =>
      onResize(column.key, Math.max(LEAST_COLUMN_PX, Math.round(width + clientX - startX)));
    grip.onpointerup = () => (grip.onpointermove = null);
  };
  return (
    <span
      className="grip"
      aria-hidden
      title={t('column.resize')}
      // Draggable itself, and refusing: else the column would be dragged by its edge.
      draggable
      onDragStart={(event) => {
        event.preventDefault();
        event.stopPropagation();
      }}
      onPointerDown={start}
    />
  );
}
