import { Flex, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { DayRange } from '../app/DayRange';
import { useClear } from '../form/clear';
import { personOption } from '../people/PersonOption';
import { useUserOptions } from '../people/users';
import type { LogFilter } from './queries';

const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

interface LogFiltersProps {
  filter: LogFilter;
  withRecord: boolean;
  onChange: (part: Partial<LogFilter>) => void;
}

export function LogFilters({ filter, withRecord, onChange }: LogFiltersProps) {
  const { t } = useTranslation();
  const clear = useClear();
  return (
    <Flex gap={8} wrap role="search" className="filters">
      <Select
        className="log-person"
        allowClear={clear}
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={t('log.person')}
        placeholder={t('log.person')}
        value={filter.person || undefined}
        onChange={(person: string | undefined) => onChange({ person: person ?? '' })}
        options={useUserOptions()}
        optionRender={personOption}
      />
      <DayRange from={filter.from} to={filter.to} onChange={onChange} />
      {withRecord && (
        <Input
          key={filter.record}
          allowClear={clear}
          className="log-record"
          aria-label={t('log.recordId')}
          placeholder={t('log.recordId')}
          defaultValue={filter.record}
          onChange={({ target: { value } }) => {
            const record = recordOf(value);
            if (record !== undefined && record !== filter.record) onChange({ record });
          }}
        />
      )}
    </Flex>
  );
}

/** Of an id, or of an address that ends with one; undefined while it is neither. */
function recordOf(text: string): string | undefined {
  const last = text.trim().split('/').at(-1) ?? '';
  return last === '' || ID.test(last) ? last : undefined;
}
