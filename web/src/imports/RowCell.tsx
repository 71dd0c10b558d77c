import { Input } from 'antd';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportRow } from '../api/types';
import { useFailureDialog } from '../app/failure-dialog';
import { isComposing } from '../app/shortcuts';
import { useFixRows } from './writes';

interface RowCellProps {
  importId: string;
  row: ImportRow;
  header: string;
  editable: boolean;
}

/** A cell of the file: a click or Enter opens it, Enter or leaving it checks the row anew, Esc lets it be. */
export function RowCell({ importId, row, header, editable }: RowCellProps) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const text = textOf(row.values[header]);
  const wrong = row.errors.some(({ column }) => column === header);
  const style = wrong ? 'cell wrong' : 'cell';
  if (!editable)
    return (
      <span className={style} title={text}>
        {text}
      </span>
    );
  if (editing)
    return (
      <CellInput
        importId={importId}
        row={row.row}
        header={header}
        text={text}
        onClose={() => setEditing(false)}
      />
    );
  return (
    <button
      type="button"
      className={style}
      title={text}
      aria-label={t('import.cell', { header, row: row.row, text: text || t('import.emptyCell') })}
      aria-invalid={wrong}
      onClick={() => setEditing(true)}
    >
      {text || '\u00a0'}
    </button>
  );
}

interface CellInputProps {
  importId: string;
  row: number;
  header: string;
  text: string;
  onClose: () => void;
}

function CellInput({ importId, row, header, text, onClose }: CellInputProps) {
  const { t } = useTranslation();
  const showFailure = useFailureDialog();
  const fix = useFixRows(importId);
  const [typed, setTyped] = useState(text);
  const save = () => {
    if (typed === text) {
      onClose();
      return;
    }
    fix.mutate([{ row, values: { [header]: typed } }], {
      onSuccess: onClose,
      onError: (error) => {
        showFailure(t('import.fixTitle', { row }), error);
        onClose();
      },
    });
  };
  const decide = (event: KeyboardEvent<HTMLInputElement>) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === 'Enter') event.currentTarget.blur();
    if (event.key === 'Escape') onClose();
  };
  return (
    <Input
      size="small"
      autoFocus
      aria-label={t('import.cell', { header, row, text })}
      value={typed}
      disabled={fix.isPending}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={decide}
      onBlur={save}
    />
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
