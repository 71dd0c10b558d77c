import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { refused } from '../api/problem';
import { useMe } from '../session/me';
import { Failure } from './Failure';
import { lackFor } from './page-rights';

/** Tells who may not open a page so, whatever led there: what is surely refused is not asked for. */
export function Guard({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const lack = lackFor(useMe(), useLocation().pathname);
  return lack ? <Failure error={refused(t('failure.notOpen'), lack.operation)} /> : children;
}
