import { Input, Modal } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useListKeys } from '../app/list-keys';
import { ListOption } from '../app/ListOption';
import { useQuestion } from '../app/question';
import { type Entry, type Group, useEntries } from './entries';

interface CommandPaletteProps {
  onClose: () => void;
  onKeys: () => void;
}

/** Pages, records, actions: all by typing a part of their name. */
export default function CommandPalette({ onClose, onKeys }: CommandPaletteProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const { question, composing, setComposing } = useQuestion(text);
  const groups = useEntries({ text, question, onKeys });
  const run = (entry: Entry) => {
    onClose();
    entry.run();
  };
  return (
    <Modal
      open
      title={<span className="unseen">{t('palette.title')}</span>}
      footer={null}
      closable={false}
      width={560}
      className="palette"
      onCancel={onClose}
    >
      <Chooser
        text={text}
        groups={groups}
        composing={composing}
        onText={setText}
        onComposing={setComposing}
        onRun={run}
      />
    </Modal>
  );
}

interface ChooserProps {
  text: string;
  groups: Group[];
  composing: boolean;
  onText: (text: string) => void;
  onComposing: (composing: boolean) => void;
  onRun: (entry: Entry) => void;
}

function Chooser({ text, groups, composing, onText, onComposing, onRun }: ChooserProps) {
  const { t } = useTranslation();
  const listId = useId();
  const entries = groups.flatMap((group) => group.entries);
  const run = (place: number) => {
    const chosen = entries[place];
    if (chosen) onRun(chosen);
  };
  const { at, onKeyDown, restart } = useListKeys({ length: entries.length, first: 0, onChoose: run });
  return (
    <>
      <Input
        autoFocus
        size="large"
        variant="borderless"
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={entries.length > 0 ? `${listId}-${at}` : undefined}
        aria-label={t('palette.placeholder')}
        placeholder={t('palette.placeholder')}
        value={text}
        onChange={({ target }) => {
          onText(target.value);
          restart();
        }}
        onKeyDown={onKeyDown}
        onCompositionStart={() => onComposing(true)}
        onCompositionEnd={() => onComposing(false)}
      />
      <div id={listId} role="listbox" aria-label={t('palette.title')} className="palette-list">
        {groups.map((group) => (
          <div key={group.key} role="group" aria-label={t(`palette.${group.key}`)}>
            <div className="palette-group" aria-hidden>
              {t(`palette.${group.key}`)}
            </div>
            {group.entries.map((entry) => (
              <ListOption
                key={entry.key}
                id={`${listId}-${entries.indexOf(entry)}`}
                label={entry.label}
                reasons={entry.reasons}
                active={entries[at] === entry}
                onRun={() => onRun(entry)}
              />
            ))}
          </div>
        ))}
      </div>
      {entries.length === 0 && text.trim() !== '' && !composing && (
        <div className="palette-group" role="status">
          {t('palette.nothing')}
        </div>
      )}
    </>
  );
}
