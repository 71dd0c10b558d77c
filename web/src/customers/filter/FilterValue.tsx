import { useQuery } from '@tanstack/react-query';
import { Flex, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useDictionaries } from '../../dictionaries/dictionaries';
import { AmountInput, NumberInput } from '../../form/numbers';
import { DayPicker } from '../../form/pickers';
import { useUserOptions } from '../../people/users';
import { RegionPicker } from '../../regions/RegionPicker';
import { tagsQuery } from '../../tags/queries';
import { arityOf, type Filter, FILTER_FIELDS, type FilterField } from './filters';

interface FilterValueProps {
  filter: Filter;
  onChange: (values: string[]) => void;
}

/** The input for what a field is compared with. */
export function FilterValue({ filter, onChange }: FilterValueProps) {
  const { t } = useTranslation();
  const { field, op, values } = filter;
  const [first = '', second = ''] = values;
  switch (arityOf(field, op)) {
    case 'none':
      return null;
    case 'many':
      return <Choices field={field} values={values} onChange={onChange} />;
    case 'number':
      return (
        <NumberInput
          autoFocus
          aria-label={t('filter.days')}
          className="full-width"
          min={1}
          max={3650}
          precision={0}
          suffix={t('filter.days')}
          value={first ? Number(first) : null}
          onChange={(days) => onChange(days === null ? [] : [String(days)])}
        />
      );
    case 'one':
      return FILTER_FIELDS[field] === 'region' ? (
        <RegionPicker value={first} onChange={(code) => onChange(code ? [code] : [])} />
      ) : (
        <Amount label={t('filter.value')} value={first} onChange={(amount) => onChange([amount])} />
      );
    case 'two': {
      const Part = FILTER_FIELDS[field] === 'time' ? DayPicker : Amount;
      return (
        <Flex gap={8}>
          <Part label={t('filter.from')} value={first} onChange={(from) => onChange([from, second])} />
          <Part label={t('filter.to')} value={second} onChange={(to) => onChange([first, to])} />
        </Flex>
      );
    }
  }
}

interface AmountProps {
  label: string;
  value: string;
  onChange: (amount: string) => void;
}

function Amount({ label, value, onChange }: AmountProps) {
  return (
    <AmountInput
      aria-label={label}
      placeholder={label}
      value={value || null}
      onChange={(amount) => onChange(amount ?? '')}
    />
  );
}

interface ChoicesProps {
  field: FilterField;
  values: string[];
  onChange: (values: string[]) => void;
}

function Choices({ field, values, onChange }: ChoicesProps) {
  const { t } = useTranslation();
  const options = useChoices(field);
  return (
    <Select<string[]>
      autoFocus
      mode="multiple"
      aria-label={t('filter.value')}
      placeholder={t('form.choose')}
      className="full-width"
      showSearch={{ optionFilterProp: 'label' }}
      value={values}
      options={options}
      onChange={onChange}
    />
  );
}

function useChoices(field: FilterField): { value: string; label: string }[] {
  const { t } = useTranslation();
  const dictionaries = useDictionaries();
  const people = useUserOptions();
  const { data: tags = [] } = useQuery({ ...tagsQuery, enabled: field === 'tags' });
  switch (field) {
    case 'level':
    case 'status':
    case 'source':
    case 'industry':
      return dictionaries.options(field);
    case 'type':
      return (['ENTERPRISE', 'INDIVIDUAL'] as const).map((value) => {
        return { value, label: t(`customer.type.${value}`) };
      });
    case 'ownerId':
      return people;
    case 'tags':
      return tags.map(({ id, name }) => ({ value: id, label: name }));
    default:
      return [];
  }
}
