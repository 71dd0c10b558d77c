import { type KeyboardEvent, useState } from 'react';
import type { CustomerRow } from '../../api/types';
import { isComposing, isTyping, useShortcut } from '../../app/shortcuts';
import type { CellPlace, Column } from '../../app/VirtualTable';

interface TableKeys {
  rows: CustomerRow[];
  columns: Column<CustomerRow>[];
  /** The record beside the list, which the keys take along. */
  openId: string | undefined;
  onOpen: (id: string) => void;
  onSelect?: (id: string) => void;
}

/** The cell one stands on, and the keys that move it. It stays with its record when rows come before it. */
export function useTableKeys({ rows, columns, openId, onOpen, onSelect }: TableKeys) {
  const [place, setPlace] = useState<{ id: string; column: string }>();
  const [editing, setEditing] = useState(false);
  const current = openId ?? place?.id;
  const row = rows.findIndex(({ customer }) => customer.id === current);
  const column = Math.max(
    0,
    columns.findIndex(({ key }) => key === place?.column),
  );
  const active: CellPlace | undefined = row < 0 ? undefined : { row, column };

  const stand = (next: CellPlace) => {
    const id = rows[next.row]?.customer.id;
    const key = columns[next.column]?.key;
    if (!id || !key) return;
    setPlace({ id, column: key });
    if (active?.row !== next.row || active.column !== next.column) setEditing(false);
    if (openId && openId !== id) onOpen(id);
  };
  const down = (by: number) => stand({ row: Math.max(0, row + by), column });
  const across = (by: number) => {
    if (active) stand({ row, column: Math.min(columns.length - 1, Math.max(0, column + by)) });
  };
  const edit = () => {
    const target = rows[row];
    const definition = columns[column];
    if (target && definition?.edit && definition.canEdit?.(target) !== false) setEditing(true);
  };
  const open = () => {
    if (current && active) onOpen(current);
  };

  useShortcut('j', () => down(1));
  useShortcut('k', () => down(-1));
  useShortcut('Enter', open);
  useShortcut('e', edit, { enabled: openId === undefined });
  useShortcut('x', () => {
    if (active && current) onSelect?.(current);
  });

  const moves: Record<string, () => void> = {
    ArrowDown: () => down(1),
    ArrowUp: () => down(-1),
    ArrowLeft: () => across(-1),
    ArrowRight: () => across(1),
    F2: edit,
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const move = moves[event.key];
    if (!move || isComposing(event.nativeEvent) || isTyping(event.target)) return;
    event.preventDefault();
    move();
  };
  return {
    active,
    editing: editing && active !== undefined,
    stand,
    onEdit: (target: CellPlace | undefined) => {
      if (target) stand(target);
      setEditing(target !== undefined);
    },
    onKeyDown,
  };
}
