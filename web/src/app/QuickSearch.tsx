import { SearchOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Input, type InputRef } from 'antd';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { suggestionsQuery } from '../customers/queries';
import { useClear } from '../form/clear';
import { useMay } from '../session/me';
import { useListKeys } from './list-keys';
import { ListOption } from './ListOption';
import { useQuestion } from './question';
import { isComposing, useShortcut } from './shortcuts';

/** Finds customers while one types; Enter opens the list of all that match. */
export function QuickSearch() {
  const { t } = useTranslation();
  const clear = useClear();
  const navigate = useNavigate();
  const may = useMay();
  const listId = useId();
  const input = useRef<InputRef>(null);
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const { question, setComposing } = useQuestion(text);
  const { data } = useQuery({ ...suggestionsQuery(question), enabled: question !== '' });
  const found = open && question !== '' ? (data?.results ?? []) : [];

  const leaveFor = (path: string) => {
    setOpen(false);
    keys.restart();
    void navigate(path);
  };
  const choose = (place: number) => {
    const chosen = found[place];
    if (!chosen) return;
    setText('');
    leaveFor(`/customers/${chosen.customer.id}`);
  };
  const keys = useListKeys({ length: found.length, first: -1, onChoose: choose });
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    keys.onKeyDown(event);
    if (event.defaultPrevented || isComposing(event.nativeEvent)) return;
    const words = text.trim();
    if (event.key === 'Enter' && words !== '') leaveFor(`/customers?q=${encodeURIComponent(words)}`);
    if (event.key === 'Escape') input.current?.blur();
  };
  useShortcut('/', () => input.current?.focus({ cursor: 'all' }));
  if (!may('customer.read')) return <div className="quick-search" />;

  return (
    <div className="quick-search">
      <Input
        ref={input}
        allowClear={clear}
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={found.length > 0 ? listId : undefined}
        aria-activedescendant={keys.at >= 0 ? `${listId}-${keys.at}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        aria-label={t('search.label')}
        placeholder={t('search.placeholder')}
        prefix={<SearchOutlined />}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setOpen(true);
          keys.restart();
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onCompositionStart={() => setComposing(true)}
        onCompositionEnd={() => setComposing(false)}
        onKeyDown={onKeyDown}
      />
      {found.length > 0 && (
        <div id={listId} role="listbox" aria-label={t('search.label')} className="quick-search-list">
          {found.map(({ customer, reasons }, place) => (
            <ListOption
              key={customer.id}
              id={`${listId}-${place}`}
              label={customer.name}
              reasons={reasons}
              active={keys.at === place}
              onRun={() => choose(place)}
            />
          ))}
        </div>
      )}
    </div>
  );
}
