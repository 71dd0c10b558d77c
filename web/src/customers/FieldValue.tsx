import { useTranslation } from 'react-i18next';
import type { Customer, Phone, Share } from '../api/types';
import { formatMoney, formatTime } from '../app/format';
import { useDictionaries } from '../dictionaries/dictionaries';
import { PersonName } from '../people/PersonName';
import { useUserOf } from '../people/users';
import { useRegionName } from '../regions/regions';
import { TypeName } from './cells';

interface FieldValueProps {
  field: string;
  value: unknown;
  currency?: string;
}

/** A value of a customer's field as people read it; used by the record, its history and the choice in a conflict. */
export function FieldValue({ field, value, currency = '' }: FieldValueProps) {
  const { t } = useTranslation();
  const { label } = useDictionaries();
  const userOf = useUserOf();
  if (value === undefined || value === null || value === '') return <>{t('app.nothing')}</>;
  if (Array.isArray(value))
    return <>{value.map(itemText).join(t('app.listSeparator')) || t('app.nothing')}</>;
  if (typeof value === 'boolean') return <>{value ? t('app.yes') : t('app.no')}</>;
  if (typeof value !== 'string') return <>{itemText(value)}</>;
  switch (field) {
    case 'type':
      return <TypeName type={value as Customer['type']} />;
    case 'level':
    case 'status':
    case 'source':
    case 'industry':
      return <>{label(field, value)}</>;
    case 'regionCode':
      return <RegionName code={value} />;
    case 'ownerId':
      return <PersonName user={userOf(value)} nobody={value} />;
    case 'access':
      return <>{t(`share.access.${value as Share['access']}`)}</>;
    case 'cumulativeAmount':
      return <>{formatMoney(value, currency)}</>;
    default:
      return <>{field.endsWith('Time') ? formatTime(value) : value}</>;
  }
}

function RegionName({ code }: { code: string }) {
  return <>{useRegionName(code)}</>;
}

/** Phones, tags and contacts inside a record, each by what it is called. */
function itemText(item: unknown): string {
  if (typeof item !== 'object' || item === null) return String(item);
  const { number, label, name } = item as Partial<Phone> & { name?: string };
  if (number !== undefined) return label ? `${number} (${label})` : number;
  return name ?? JSON.stringify(item);
}
