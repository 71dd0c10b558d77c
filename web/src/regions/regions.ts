import { queryOptions, useQueries, useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { Region } from '../api/types';

/** What lies within a region; the provinces when the code is empty. It never changes while one looks. */
export const regionsQuery = (parentCode: string) =>
  queryOptions({
    queryKey: [...keys.regions, parentCode],
    queryFn: async ({ signal }) =>
      (await answer(api.GET('/v1/regions', { params: { query: { parentCode } }, signal }))).regions,
    staleTime: Infinity,
    gcTime: Infinity,
  });

/** What the reader calls a region. */
export function useNameOf(): (region: Region) => string {
  const { i18n } = useTranslation();
  const english = i18n.language === 'en';
  return useCallback(({ name, nameEn }) => (english ? nameEn : name), [english]);
}

/** Codes from the province down to the region itself, by the build of GB/T 2260 codes. */
export function regionPath(code: string): string[] {
  if (!/^\d{6}$/.test(code)) return [];
  const province = `${code.slice(0, 2)}0000`;
  const city = `${code.slice(0, 4)}00`;
  return [...new Set([province, city, code])];
}

/** The province of a code: one request serves every row of a list. */
export function useProvinceName(): (code: string) => string {
  const nameOf = useNameOf();
  const { data } = useQuery(regionsQuery(''));
  return useCallback(
    (code) => {
      const [path] = regionPath(code);
      const province = data?.find((region) => region.code === path);
      return province ? nameOf(province) : code;
    },
    [data, nameOf],
  );
}

/** The whole name of a region: province, city, district. */
export function useRegionName(code: string): string {
  const nameOf = useNameOf();
  const path = regionPath(code);
  const levels = useQueries({
    queries: path.map((_, depth) => regionsQuery(depth === 0 ? '' : (path[depth - 1] ?? ''))),
  });
  const regions = path.flatMap((step, depth) => levels[depth]?.data?.find(({ code }) => code === step) ?? []);
  return regions.map(nameOf).join(' ') || code;
}
