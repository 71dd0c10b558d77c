import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useClear } from '../form/clear';
import { personOption } from '../people/PersonOption';
import { useUserOptions } from '../people/users';

interface PersonSelectProps {
  value: string;
  onChange: (id: string) => void;
}

export function PersonSelect({ value, onChange }: PersonSelectProps) {
  const { t } = useTranslation();
  const clear = useClear();
  return (
    <Select<string>
      className="full-width"
      allowClear={clear}
      showSearch={{ optionFilterProp: 'label' }}
      aria-label={t('explain.person')}
      placeholder={t('explain.person')}
      value={value || undefined}
      options={useUserOptions()}
      optionRender={personOption}
      onChange={(id: string | undefined) => onChange(id ?? '')}
    />
  );
}
