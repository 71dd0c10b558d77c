import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';

export type DictionaryCode = 'level' | 'source' | 'industry' | 'status';

const dictionariesQuery = queryOptions({
  queryKey: keys.dictionaries,
  queryFn: ({ signal }) => answer(api.GET('/v1/dictionaries', { signal })),
  staleTime: 10 * 60_000,
});

interface Entry {
  code: string;
  label: string;
  retired: boolean;
}

/** The entries of every dictionary, in their order and in the reader's language. */
export function useDictionaries() {
  const { i18n } = useTranslation();
  const { data } = useQuery(dictionariesQuery);
  const entries = (dictionary: DictionaryCode): Entry[] =>
    (data?.dictionaries.find(({ code }) => code === dictionary)?.items ?? [])
      .toSorted((a, b) => a.order - b.order)
      .map(({ code, labelZh, labelEn, retired }) => ({
        code,
        label: (i18n.language === 'en' ? labelEn : labelZh) || code,
        retired,
      }));
  return {
    label: (dictionary: DictionaryCode, code: string) =>
      entries(dictionary).find((entry) => entry.code === code)?.label ?? code,
    /** For a choice: retired entries only when they are chosen already. */
    options: (dictionary: DictionaryCode, chosen?: string) =>
      entries(dictionary)
        .filter(({ code, retired }) => !retired || code === chosen)
        .map(({ code, label }) => ({ value: code, label })),
  };
}
