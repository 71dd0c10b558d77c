import { SearchOutlined } from '@ant-design/icons';
import { Button, Flex, Input, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DayRange } from '../app/DayRange';
import { useClear } from '../form/clear';
import { useUserOptions } from '../people/users';
import { useMaySee } from '../session/me';
import { type FilterText, isNarrow, METHODS, NO_FILTER } from './filter';
import { OwnAlone } from './OwnAlone';

const PAUSE_MS = 300;

interface InteractionFiltersProps {
  filter: FilterText;
  onChange: (filter: FilterText) => void;
}

export function InteractionFilters({ filter, onChange }: InteractionFiltersProps) {
  const { t } = useTranslation();
  const clear = useClear();
  const people = useUserOptions();
  const maySee = useMaySee();
  const set = (part: Partial<FilterText>) => onChange({ ...filter, ...part });
  return (
    <Flex gap={8} wrap role="search" className="filters">
      <Keyword key={filter.query} value={filter.query} onChange={(query) => set({ query })} />
      <Select
        className="filter-choice"
        allowClear={clear}
        aria-label={t('interaction.field.method')}
        placeholder={t('interaction.field.method')}
        value={filter.method || undefined}
        onChange={(method: string | undefined) => set({ method: method ?? '' })}
        options={METHODS.map((value) => ({ value, label: t(`interaction.method.${value}`) }))}
      />
      {maySee('interaction.authorId') && (
        <Select
          className="filter-choice"
          allowClear={clear}
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t('interaction.field.authorId')}
          placeholder={t('interaction.field.authorId')}
          value={filter.author || undefined}
          onChange={(author: string | undefined) => set({ author: author ?? '' })}
          options={people}
        />
      )}
      <DayRange from={filter.from} to={filter.to} onChange={set} />
      <OwnAlone own={filter.own === 'true'} onChange={(own) => set({ own: own ? 'true' : '' })} />
      {isNarrow(filter) && (
        <Button type="link" onClick={() => onChange(NO_FILTER)}>
          {t('list.clearFilter')}
        </Button>
      )}
    </Flex>
  );
}

/** Asked when one pauses, not with every key. */
function Keyword({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const clear = useClear();
  const [text, setText] = useState(value);
  const [composing, setComposing] = useState(false);
  useEffect(() => {
    if (composing || text.trim() === value) return undefined;
    const timer = setTimeout(() => onChange(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, composing, onChange]);
  return (
    <Input
      allowClear={clear}
      className="filter-words"
      prefix={<SearchOutlined />}
      aria-label={t('interaction.keyword')}
      placeholder={t('interaction.keywordHint')}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onCompositionStart={() => setComposing(true)}
      onCompositionEnd={() => setComposing(false)}
    />
  );
}
