import { type KeyboardEvent, memo, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useHeight } from './use-height';
import { useStable } from './use-stable';
import { HEAD_PX, NEAR_END_PX, ROW_PX, STEP_ROWS } from './table-measures';
import { type HeadProps, TableHead } from './TableHead';
import { SelectBox } from './SelectBox';

export interface Column<Item> {
  key: string;
  title: string;
  /** Least width; what is left over is shared in proportion by the columns nobody sized. */
  width: number;
  sized?: boolean;
  sortable?: boolean;
  /** Stays in sight at the left, and in its place. */
  pinned?: boolean;
  render: (row: Item) => ReactNode;
  /** What stands in the cell while it is edited; absent where it cannot be. */
  edit?: (row: Item, onDone: () => void) => ReactNode;
  canEdit?: (row: Item) => boolean;
}

export interface CellPlace {
  row: number;
  column: number;
}

export interface RowSelection<Item = never> {
  /** What a row is called, for those who cannot see it. */
  nameOf: (row: Item) => string;
  has: (id: string) => boolean;
  all: boolean;
  some: boolean;
  toggle: (id: string, on: boolean, range: boolean) => void;
  toggleAll: (on: boolean) => void;
}

interface VirtualTableProps<Item> extends Pick<HeadProps, 'sort' | 'onSort' | 'onResize' | 'onMove'> {
  label: string;
  columns: Column<Item>[];
  rows: Item[];
  rowKey: (row: Item) => string;
  onNearEnd: () => void;
  active?: CellPlace;
  onActive?: (place: CellPlace) => void;
  editing?: boolean;
  onEdit?: (place: CellPlace | undefined) => void;
  selection?: RowSelection<Item>;
  /** The record that is open beside the table. */
  openKey?: string;
  onKeyDown?: (event: KeyboardEvent<HTMLElement>) => void;
}

/**
 * A table of any length that draws only what is in sight. Ant Design's own table would be a third of the script of
 * the list's first view.
 */
export function VirtualTable<Item>(props: VirtualTableProps<Item>) {
  const { label, columns, rows, rowKey, onNearEnd, active, editing, selection, openKey } = props;
  const tableId = useId();
  const [frame, height] = useHeight();
  const scroller = useRef<HTMLDivElement>(null);
  const [step, setStep] = useState(0);
  const first = Math.max(0, (step - 2) * STEP_ROWS);
  const last = Math.min(rows.length, (step + 3) * STEP_ROWS + Math.ceil(height / ROW_PX));
  const grid = gridOf(columns, selection !== undefined);
  const onActive = useStable(props.onActive);
  const onEdit = useStable(props.onEdit);
  const onSelect = useStable(selection?.toggle);
  const activeRow = active?.row;
  useEffect(() => {
    if (activeRow !== undefined && scroller.current) bringIntoView(scroller.current, activeRow);
  }, [activeRow]);

  return (
    <div
      ref={(element) => {
        scroller.current = element;
        return frame(element);
      }}
      className="virtual-table"
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-multiselectable={selection ? true : undefined}
      aria-activedescendant={active ? cellId(tableId, active) : undefined}
      tabIndex={0}
      onKeyDown={props.onKeyDown}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        setStep(Math.floor(scrollTop / (STEP_ROWS * ROW_PX)));
        if (scrollHeight - scrollTop - clientHeight < NEAR_END_PX) onNearEnd();
      }}
    >
      <TableHead {...props} columns={columns} style={grid} />
      <div
        role="rowgroup"
        className="virtual-body"
        style={{ height: rows.length * ROW_PX, minWidth: grid.minWidth }}
      >
        {rows.slice(first, last).map((row, offset) => {
          const index = first + offset;
          const id = rowKey(row);
          const activeColumn = active?.row === index ? active.column : undefined;
          return (
            <Row
              key={id}
              id={id}
              name={selection?.nameOf(row)}
              tableId={tableId}
              row={row}
              columns={columns as Column<unknown>[]}
              gridTemplateColumns={grid.gridTemplateColumns}
              index={index}
              activeColumn={activeColumn}
              editing={activeColumn !== undefined && editing === true}
              selected={selection?.has(id)}
              open={openKey === id}
              onActive={onActive}
              onEdit={onEdit}
              onSelect={onSelect}
            />
          );
        })}
      </div>
    </div>
  );
}

function gridOf(columns: Column<never>[], selectable: boolean) {
  const widths = columns.map(({ width, sized }) => (sized ? `${width}px` : `minmax(${width}px, ${width}fr)`));
  const minWidth = columns.reduce((sum, { width }) => sum + width, selectable ? SELECT_PX : 0);
  return {
    gridTemplateColumns: [...(selectable ? [`${SELECT_PX}px`] : []), ...widths].join(' '),
    minWidth,
  };
}

const SELECT_PX = 40;

/** The head covers what is scrolled beneath it. */
function bringIntoView(scroller: HTMLElement, row: number): void {
  const top = row * ROW_PX;
  const below = top + ROW_PX + HEAD_PX - scroller.clientHeight;
  if (scroller.scrollTop > top) scroller.scrollTop = top;
  else if (scroller.scrollTop < below) scroller.scrollTop = below;
}

function cellId(tableId: string, { row, column }: CellPlace): string {
  return `${tableId}-${row}-${column}`;
}

interface RowProps {
  id: string;
  name: string | undefined;
  tableId: string;
  row: unknown;
  columns: Column<unknown>[];
  gridTemplateColumns: string;
  index: number;
  activeColumn: number | undefined;
  editing: boolean;
  selected: boolean | undefined;
  open: boolean;
  onActive: (place: CellPlace) => void;
  onEdit: (place: CellPlace | undefined) => void;
  onSelect: RowSelection['toggle'];
}

/** Drawn once as long as nothing of it changes: scrolling draws the rows that come into the window alone. */
const Row = memo(function Row(props: RowProps) {
  const { id, name, tableId, row, columns, index, activeColumn, editing, selected, onActive, onEdit } = props;
  const marks = [props.open && 'open', selected && 'selected', activeColumn !== undefined && 'active'];
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={['virtual-row', ...marks.filter(Boolean)].join(' ')}
      style={{ gridTemplateColumns: props.gridTemplateColumns, height: ROW_PX, top: index * ROW_PX }}
    >
      {selected !== undefined && (
        <div role="gridcell" className="pinned select-cell">
          <SelectBox name={name} checked={selected} onChange={(on, range) => props.onSelect(id, on, range)} />
        </div>
      )}
      {columns.map((definition, column) => {
        const { key, render, pinned, canEdit } = definition;
        const edit = canEdit?.(row) === false ? undefined : definition.edit;
        const place = { row: index, column };
        const isActive = activeColumn === column;
        const isEdited = isActive && editing && edit !== undefined;
        return (
          <div
            key={key}
            id={cellId(tableId, place)}
            role="gridcell"
            className={cellClass(pinned, isActive, isEdited, edit !== undefined)}
            onClick={() => onActive(place)}
            onDoubleClick={() => edit && onEdit(place)}
          >
            {isEdited ? edit(row, () => onEdit(undefined)) : render(row)}
          </div>
        );
      })}
    </div>
  );
});

function cellClass(pinned: boolean | undefined, active: boolean, edited: boolean, editable: boolean): string {
  const marks = [
    pinned && 'pinned',
    active && 'active-cell',
    edited && 'edited-cell',
    editable && 'editable',
  ];
  return marks.filter(Boolean).join(' ');
}
