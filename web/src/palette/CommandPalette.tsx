import { Input, Modal } from 'antd';
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isComposing } from '../app/shortcuts';
import { MatchReasons } from '../customers/MatchReasons';
import { type Entry, type Group, useEntries } from './entries';

const PAUSE_MS = 150;

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

/** What to ask the server: once one pauses, and not while an input method composes. */
function useQuestion(text: string) {
  const [question, setQuestion] = useState('');
  const [composing, setComposing] = useState(false);
  useEffect(() => {
    if (composing) return undefined;
    const timer = setTimeout(() => setQuestion(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, composing]);
  return { question, composing, setComposing };
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
  const [place, setPlace] = useState(0);
  const entries = groups.flatMap((group) => group.entries);
  const at = Math.min(place, Math.max(0, entries.length - 1));
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (isComposing(event.nativeEvent)) return;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    const chosen = entries[at];
    if (step !== undefined && entries.length > 0) setPlace((at + step + entries.length) % entries.length);
    else if (event.key === 'Enter' && chosen) onRun(chosen);
    else return;
    event.preventDefault();
  };
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
          setPlace(0);
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
              <Option
                key={entry.key}
                id={`${listId}-${entries.indexOf(entry)}`}
                entry={entry}
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

interface OptionProps {
  id: string;
  entry: Entry;
  active: boolean;
  onRun: () => void;
}

function Option({ id, entry, active, onRun }: OptionProps) {
  return (
    <div
      id={id}
      role="option"
      aria-selected={active}
      ref={(element) => {
        if (active) element?.scrollIntoView({ block: 'nearest' });
      }}
      className={active ? 'palette-option active' : 'palette-option'}
      // The focus stays in the field.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onRun}
    >
      <span className="clipped">{entry.label}</span>
      <MatchReasons reasons={entry.reasons ?? []} />
    </div>
  );
}
