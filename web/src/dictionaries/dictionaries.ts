import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { Dictionary } from '../api/types';

export type DictionaryCode = 'level' | 'source' | 'industry' | 'status';

const dictionariesQuery = queryOptions({
  queryKey: keys.dictionaries,
  queryFn: ({ signal }) => answer(api.GET('/v1/dictionaries', { signal })),
  staleTime: 10 * 60_000,
});

interface Entry {
  label: string;
  retired: boolean;
}

/** The entries of every dictionary, in their order and in the reader's language. */
export function useDictionaries() {
  const { i18n } = useTranslation();
  const { data } = useQuery(dictionariesQuery);
  return useMemo(() => read(data?.dictionaries ?? [], i18n.language), [data, i18n.language]);
}

function read(dictionaries: Dictionary[], language: string) {
  const entries = new Map<string, Map<string, Entry>>(
    dictionaries.map(({ code, items }) => [code, new Map(inOrder(items, language))]),
  );
  return {
    label: (dictionary: DictionaryCode, code: string) => entries.get(dictionary)?.get(code)?.label ?? code,
    /** For a choice: retired entries only when they are chosen already. */
    options: (dictionary: DictionaryCode, chosen?: string) =>
      [...(entries.get(dictionary) ?? [])]
        .filter(([code, { retired }]) => !retired || code === chosen)
        .map(([code, { label }]) => ({ value: code, label })),
  };
}

function inOrder(items: Dictionary['items'], language: string): [string, Entry][] {
  return items
    .toSorted((a, b) => a.order - b.order)
    .map(({ code, labelZh, labelEn, retired }) => {
      const label = (language === 'en' ? labelEn : labelZh) || code;
      return [code, { label, retired }];
    });
}
