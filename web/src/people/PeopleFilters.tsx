import { SearchOutlined } from '@ant-design/icons';
import { Checkbox, Flex, Input, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuestion } from '../app/question';
import { useClear } from '../form/clear';
import { useRoleOptions } from '../roles/roles';
import type { PeopleFilter } from './queries';

interface PeopleFiltersProps {
  filter: PeopleFilter;
  onChange: (part: Partial<PeopleFilter>) => void;
}

export function PeopleFilters({ filter, onChange }: PeopleFiltersProps) {
  const { t } = useTranslation();
  const clear = useClear();
  const roles = useRoleOptions();
  return (
    <Flex gap="8px 12px" align="center" wrap role="search">
      <Words value={filter.query} onChange={(query) => onChange({ query })} />
      <Select
        className="people-role"
        allowClear={clear}
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={t('people.field.roles')}
        placeholder={t('people.field.roles')}
        value={filter.role || undefined}
        options={roles}
        onChange={(role: string | undefined) => onChange({ role: role ?? '' })}
      />
      <Checkbox checked={filter.disabled} onChange={({ target }) => onChange({ disabled: target.checked })}>
        {t('people.withDisabled')}
      </Checkbox>
    </Flex>
  );
}

function Words({ value, onChange }: { value: string; onChange: (words: string) => void }) {
  const { t } = useTranslation();
  const clear = useClear();
  const [text, setText] = useState(value);
  const { question, setComposing } = useQuestion(text);
  useEffect(() => {
    if (question === text.trim() && question !== value) onChange(question);
  }, [question, text, value, onChange]);
  return (
    <Input
      allowClear={clear}
      className="people-words"
      prefix={<SearchOutlined />}
      aria-label={t('people.find')}
      placeholder={t('people.findHint')}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onCompositionStart={() => setComposing(true)}
      onCompositionEnd={() => setComposing(false)}
    />
  );
}
