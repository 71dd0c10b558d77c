import { Popover, Typography } from 'antd';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import type { Customer } from '../../api/types';
import { Failure } from '../../app/Failure';
import { isComposing } from '../../app/shortcuts';
import { useUnsaved } from '../../session/unsaved';
import { ConflictDialog } from '../ConflictDialog';
import { DuplicateNotice } from '../DuplicateNotice';
import { useFieldLabel } from '../field-labels';
import { FieldInput } from './FieldInput';
import { type EditableField, isLong, savesWhenChosen } from './fields';
import { useFieldSave } from './use-field-save';

export interface FieldEditorProps {
  customer: Customer;
  field: EditableField;
  onDone: () => void;
}

/** One field of a customer, edited where it stands. What is wrong with it is said at its place. */
export default function FieldEditor({ customer, field, onDone }: FieldEditorProps) {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const save = useFieldSave(customer, field, onDone);
  const [touched, setTouched] = useState(false);
  const { value, problem } = save;
  useUnsaved(touched);

  const change = (next: unknown) => {
    setTouched(true);
    save.change(next);
    if (savesWhenChosen(field)) save.submit();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    // The keys of the table around it are not meant.
    event.stopPropagation();
    if (isComposing(event.nativeEvent)) return;
    if (event.key === 'Escape') onDone();
    const saves = event.key === 'Enter' && (!isLong(field) || event.ctrlKey || event.metaKey);
    if (!saves || savesWhenChosen(field)) return;
    event.preventDefault();
    save.submit();
  };
  const conflicting = problem?.status === 412 && (problem.fields ?? []).length > 0;
  return (
    <div
      className="field-editor"
      role="group"
      aria-label={t('cell.edit', { field: label(field) })}
      title={isLong(field) ? t('cell.hintLong') : t('cell.hint')}
      onKeyDown={onKeyDown}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      <Popover
        open={problem !== undefined && !conflicting && problem.status !== 401}
        placement="bottomLeft"
        content={<WhatIsWrong error={save.error} onGoOn={() => save.submit(true)} />}
      >
        <div>
          <FieldInput
            field={field}
            value={value}
            failed={problem !== undefined}
            disabled={save.saving}
            onChange={change}
            onLeave={() => {
              if (problem === undefined && !save.saving) save.submit();
            }}
          />
        </div>
      </Popover>
      {conflicting && <ConflictDialog problem={problem} onCancel={save.forget} onChosen={save.goOn} />}
    </div>
  );
}

function WhatIsWrong({ error, onGoOn }: { error: unknown; onGoOn: () => void }) {
  const problem = problemOf(error);
  if (problem.code === 'DUPLICATE') return <DuplicateNotice error={error} onGoOn={onGoOn} />;
  const lines = (problem.errors ?? []).map(({ message }) => message);
  if (lines.length === 0) return <Failure error={error} />;
  return (
    <div role="alert" className="cell-failure">
      {lines.map((line) => (
        <Typography.Text key={line} type="danger">
          {line}
        </Typography.Text>
      ))}
    </div>
  );
}
