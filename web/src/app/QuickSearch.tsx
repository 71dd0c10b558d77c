import { SearchOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { AutoComplete, Flex, Input, type InputRef, Typography } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { MatchReasons } from '../customers/MatchReasons';
import { suggestionsQuery } from '../customers/queries';
import { useMay } from '../session/me';
import { isComposing, useShortcut } from './shortcuts';

const PAUSE_MS = 200;

/** Finds customers while one types; Enter opens the list of all that match. */
export function QuickSearch() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = useMay();
  const input = useRef<InputRef>(null);
  const [text, setText] = useState('');
  const [composing, setComposing] = useState(false);
  const [asked, setAsked] = useState('');
  const [open, setOpen] = useState(false);
  useShortcut('/', () => input.current?.focus({ cursor: 'all' }));

  useEffect(() => {
    if (composing) return undefined;
    const timer = setTimeout(() => setAsked(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, composing]);

  const { data } = useQuery({ ...suggestionsQuery(asked), enabled: asked !== '' });
  if (!may('customer.read')) return <div className="quick-search" />;

  const toList = () => {
    const query = text.trim();
    setOpen(false);
    if (query) void navigate(`/customers?q=${encodeURIComponent(query)}`);
  };
  const results = asked === '' ? [] : (data?.results ?? []);
  return (
    <AutoComplete
      className="quick-search"
      virtual={false}
      value={text}
      open={open && results.length > 0}
      onOpenChange={setOpen}
      defaultActiveFirstOption={false}
      onSelect={(id: string) => {
        setText('');
        setOpen(false);
        void navigate(`/customers/${id}`);
      }}
      options={results.map(({ customer, reasons }) => ({
        value: customer.id,
        label: (
          <Flex justify="space-between" gap={8}>
            <Typography.Text ellipsis>{customer.name}</Typography.Text>
            <MatchReasons reasons={reasons} />
          </Flex>
        ),
      }))}
    >
      <Input
        ref={input}
        allowClear
        aria-label={t('search.label')}
        placeholder={t('search.placeholder')}
        prefix={<SearchOutlined />}
        onChange={(event) => {
          setText(event.target.value);
          setOpen(true);
        }}
        onCompositionStart={() => setComposing(true)}
        onCompositionEnd={() => setComposing(false)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !isComposing(event.nativeEvent) && !highlighted(event.currentTarget))
            toList();
          if (event.key === 'Escape') input.current?.blur();
        }}
      />
    </AutoComplete>
  );
}

/** An option of the list is chosen with the arrow keys: Enter belongs to it. */
function highlighted(element: HTMLElement): boolean {
  return (
    Boolean(element.getAttribute('aria-activedescendant')) &&
    document.querySelector('.ant-select-item-option-active') !== null
  );
}
