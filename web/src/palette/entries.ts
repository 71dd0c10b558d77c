import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Customer, CustomerRow } from '../api/types';
import { useCommands } from '../app/commands';
import { usePages } from '../app/pages';
import { usePreferences } from '../app/preferences';
import { useCustomersById } from '../customers/by-id';
import { suggestionsQuery } from '../customers/queries';
import { useRecordContact } from '../interactions/record-contact';
import { useMay, useMe } from '../session/me';
import { recentIds } from './recent';

export interface Entry {
  key: string;
  label: string;
  /** Why a customer was found. */
  reasons?: string[];
  run: () => void;
}

export interface Group {
  key: 'actions' | 'recent' | 'found' | 'pages';
  entries: Entry[];
}

interface Asked {
  /** What is typed. */
  text: string;
  /** What the server is asked: a little later than typed, never a half composed word. */
  question: string;
  onKeys: () => void;
}

/** What the palette offers: recent records first while nothing is typed, else all that it finds. */
export function useEntries({ text, question, onKeys }: Asked): Group[] {
  const may = useMay();
  const me = useMe();
  const navigate = useNavigate();
  const reads = may('customer.read');
  const [ids] = useState(() => (reads ? recentIds(me.user.id) : []));
  const recent = useCustomersById([ids]);
  const found = useQuery({ ...suggestionsQuery(question), enabled: reads && question !== '' });
  const actions = useActions(onKeys);
  const pages = useAllPages();
  const wanted = text.trim().toLowerCase();
  const fitting = (entries: Entry[]) => entries.filter(({ label }) => label.toLowerCase().includes(wanted));
  const entryOf = ({ id, name }: Customer, reasons: string[] = []): Entry => ({
    key: id,
    label: name,
    reasons,
    run: () => void navigate(`/customers/${id}`),
  });
  const results: CustomerRow[] = question === '' ? [] : (found.data?.results ?? []);
  const groups: Group[] =
    wanted === ''
      ? [{ key: 'recent', entries: ids.flatMap((id) => recent.get(id) ?? []).map((one) => entryOf(one)) }]
      : [{ key: 'found', entries: results.map(({ customer, reasons }) => entryOf(customer, reasons)) }];
  groups.push({ key: 'actions', entries: fitting(actions) }, { key: 'pages', entries: fitting(pages) });
  return groups.filter(({ entries }) => entries.length > 0);
}

/** What the page in sight can do, and what can be done anywhere. */
function useActions(onKeys: () => void): Entry[] {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = useNavigate();
  const recordContact = useRecordContact();
  const commands = useCommands();
  const { appearance, setAppearance, language, setLanguage } = usePreferences();
  const dark = appearance === 'dark';
  const create = commands.some(({ key }) => key === 'customer.create') || !may('customer.create');
  return [
    ...commands,
    ...(create
      ? []
      : [{ key: 'create', label: t('customer.create'), run: () => void navigate('/customers?new') }]),
    ...(may('interaction.create')
      ? [{ key: 'interaction', label: t('interaction.record'), run: () => recordContact() }]
      : []),
    {
      key: 'appearance',
      label: dark ? t('app.toLight') : t('app.toDark'),
      run: () => setAppearance(dark ? 'light' : 'dark'),
    },
    {
      key: 'language',
      label: t('app.otherLanguage'),
      run: () => setLanguage(language === 'en' ? 'zh-CN' : 'en'),
    },
    { key: 'keys', label: t('palette.keys'), run: onKeys },
  ];
}

function useAllPages(): Entry[] {
  const navigate = useNavigate();
  return usePages().map(({ path, label }) => ({ key: path, label, run: () => void navigate(path) }));
}
