import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useClear } from '../form/clear';
import { type DictionaryCode, useDictionaries } from './dictionaries';

interface DictionarySelectProps {
  dictionary: DictionaryCode;
  id?: string;
  value?: string;
  onChange?: (code: string) => void;
  /** Where no label of a form names it. */
  label?: string;
}

export function DictionarySelect({ dictionary, id, value, onChange, label }: DictionarySelectProps) {
  const { t } = useTranslation();
  const clear = useClear();
  const { options } = useDictionaries();
  return (
    <Select<string>
      id={id}
      aria-label={label}
      className="full-width"
      allowClear={clear}
      showSearch={{ optionFilterProp: 'label' }}
      placeholder={t('form.choose')}
      value={value || undefined}
      options={options(dictionary, value)}
      onChange={(code: string | undefined) => onChange?.(code ?? '')}
    />
  );
}
