import { useTranslation } from 'react-i18next';
import { Note } from '../app/text';
import { useFieldLabel } from './field-labels';

/** Why a customer was found: the fields that matched. */
export function MatchReasons({ reasons }: { reasons: string[] }) {
  const { t } = useTranslation();
  const label = useFieldLabel();
  if (reasons.length === 0) return null;
  return (
    <Note className="reasons">
      {t('search.reason', { fields: reasons.map((reason) => label(reason)).join(t('app.listSeparator')) })}
    </Note>
  );
}
