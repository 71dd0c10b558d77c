import { useTranslation } from 'react-i18next';
import type { ImportRow } from '../api/types';
import { useFieldLabel } from '../customers/field-labels';
import type messages from '../messages/zh-CN.json';
import { useFlagLabel } from './flag-labels';

type RowError = keyof (typeof messages)['import']['error'];
type ImportProblem = keyof (typeof messages)['import']['problem'];

/** Why a row is rejected, a duplicate or flagged, a line for each reason. */
export function useRowReasons(): (row: ImportRow) => string[] {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const flagLabel = useFlagLabel();
  return ({ errors, duplicateOf, flags }) => {
    const lines = errors.map(({ column, code, allowed, field }) => {
      const reason = t(`import.error.${code as RowError}`, { allowed, defaultValue: code });
      const where = column || label(field);
      return where ? `${where}${t('app.colon')}${reason}` : reason;
    });
    if (duplicateOf) {
      const by = label(duplicateOf.by);
      lines.push(
        duplicateOf.row > 0
          ? t('import.duplicateOfRow', { row: duplicateOf.row, by })
          : t('import.duplicateOfCustomer', { by }),
      );
    }
    return [...lines, ...flags.map(flagLabel)];
  };
}

/** Why a whole file could not be read. */
export function useProblemLabel(): (problem: string) => string {
  const { t } = useTranslation();
  return (problem) => t(`import.problem.${problem as ImportProblem}`, { defaultValue: problem });
}
