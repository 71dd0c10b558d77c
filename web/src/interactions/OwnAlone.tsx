import { Checkbox } from 'antd';
import { useTranslation } from 'react-i18next';
import { useCounted } from '../session/me';

interface OwnAloneProps {
  own: boolean;
  onChange: (own: boolean) => void;
}

/** Narrows a list to the reader's own customers, as their figures count: offered where it shows more. */
export function OwnAlone({ own, onChange }: OwnAloneProps) {
  const { t } = useTranslation();
  const { own: offered } = useCounted('interaction.read');
  if (!offered && !own) return null;
  return (
    <Checkbox checked={own} onChange={({ target }) => onChange(target.checked)}>
      {t('list.ownAlone')}
    </Checkbox>
  );
}
