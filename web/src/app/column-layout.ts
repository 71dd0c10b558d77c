import { useState } from 'react';

/** How somebody arranged the columns of a table. What is not named stands as it came. */
export interface ColumnLayout {
  order: string[];
  hidden: string[];
  widths: Record<string, number>;
}

interface Placed {
  key: string;
  width: number;
  pinned?: boolean;
}

const AS_IT_COMES: ColumnLayout = { order: [], hidden: [], widths: {} };

/** All columns in their order; those that the layout does not know stand behind the column they came after. */
export function inOrder<Column extends Placed>(columns: Column[], { order }: ColumnLayout): Column[] {
  const known = order.flatMap((key) => columns.filter((column) => column.key === key && !column.pinned));
  const placed = columns.filter(({ pinned }) => pinned);
  placed.push(...known);
  for (const [position, column] of columns.entries()) {
    if (placed.includes(column)) continue;
    const before = columns[position - 1];
    placed.splice(before ? placed.indexOf(before) + 1 : 0, 0, column);
  }
  return placed;
}

/** The columns to draw, with the widths that were chosen. */
export function arranged<Column extends Placed>(columns: Column[], layout: ColumnLayout) {
  return inOrder(columns, layout)
    .filter(({ key }) => !layout.hidden.includes(key))
    .map((column) => {
      const width = layout.widths[column.key];
      return width === undefined ? column : { ...column, width, sized: true };
    });
}

/** Puts a column before another, or after it when it comes from before it. */
export function moved(keys: string[], key: string, to: string): string[] {
  const position = keys.indexOf(to);
  const rest = keys.filter((other) => other !== key);
  rest.splice(position, 0, key);
  return rest;
}

/** A layout that stays with the person in this browser. `hidden` is what nobody asked for yet. */
export function useColumnLayout(name: string, hidden: string[]) {
  const [layout, setLayout] = useState<ColumnLayout>(() => stored(name) ?? { ...AS_IT_COMES, hidden });
  const change = (next: ColumnLayout) => {
    localStorage.setItem(name, JSON.stringify(next));
    setLayout(next);
  };
  return {
    layout,
    resize: (key: string, width: number) => change({ ...layout, widths: { ...layout.widths, [key]: width } }),
    reorder: (order: string[]) => change({ ...layout, order }),
    show: (key: string, shown: boolean) =>
      change({
        ...layout,
        hidden: [...layout.hidden.filter((other) => other !== key), ...(shown ? [] : [key])],
      }),
    reset: () => change({ ...AS_IT_COMES, hidden }),
  };
}

function stored(name: string): ColumnLayout | undefined {
  try {
    const value = JSON.parse(localStorage.getItem(name) ?? 'null') as Partial<ColumnLayout> | null;
    return value ? { ...AS_IT_COMES, ...value } : undefined;
  } catch {
    return undefined;
  }
}
