import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useDictionaries } from '../../dictionaries/dictionaries';
import { useUserName } from '../../people/users';
import { useRegionName } from '../../regions/regions';
import { tagsQuery } from '../../tags/queries';
import { useFieldLabel } from '../field-labels';
import { arityOf, type Filter, filterText } from './filters';
import { useSharedFilter } from './shared-filter';

/** A filter as people say it. */
export function useFilterLabel({ field, op, values }: Filter): string {
  const { t } = useTranslation();
  const fieldLabel = useFieldLabel();
  const userName = useUserName();
  const dictionaries = useDictionaries();
  const regionName = useRegionName(field === 'regionCode' ? (values[0] ?? '') : '');
  const { data: tags = [] } = useQuery({ ...tagsQuery, enabled: field === 'tags' });
  const named = (value: string): string => {
    switch (field) {
      case 'level':
      case 'status':
      case 'source':
      case 'industry':
        return dictionaries.label(field, value);
      case 'type':
        return value === 'INDIVIDUAL' ? t('customer.type.INDIVIDUAL') : t('customer.type.ENTERPRISE');
      case 'ownerId':
        return userName(value) || t('app.nothing');
      case 'tags':
        return tags.find(({ id }) => id === value)?.name ?? t('app.nothing');
      case 'regionCode':
        return regionName;
      default:
        return value;
    }
  };
  const shared = useSharedFilter();
  if (shared && filterText(shared) === filterText({ field, op, values })) return t('share.withMe');
  const value = values.map(named).join(t('app.listSeparator'));
  return said(t, { field, op, values }, fieldLabel(field), value);
}

function said(t: TFunction, { field, op, values }: Filter, label: string, value: string): string {
  const comparison = t(`filter.op.${op}`);
  switch (op) {
    case 'last_n_days':
    case 'next_n_days':
    case 'before_n_days':
      return t(`filter.chip.${op}`, { field: label, value });
    case 'between':
      return t('filter.chip.between', { field: label, from: values[0] ?? '', to: values[1] ?? '' });
    default:
      return arityOf(field, op) === 'none'
        ? t('filter.chip.none', { field: label, op: comparison })
        : t('filter.chip.many', { field: label, op: comparison, value });
  }
}
