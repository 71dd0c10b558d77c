import { Flex, Tag, Typography } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../api/types';
import { formatShortTime } from '../app/format';
import { useDictionaries } from '../dictionaries/dictionaries';

export function TypeName({ type }: { type: Customer['type'] }) {
  const { t } = useTranslation();
  return type === 'INDIVIDUAL' ? t('customer.type.INDIVIDUAL') : t('customer.type.ENTERPRISE');
}

export function LevelTag({ level }: { level: string }) {
  const { label } = useDictionaries();
  return level === '' ? null : (
    <Tag color={level === 'vip' ? 'gold' : undefined}>{label('level', level)}</Tag>
  );
}

// Colours for the statuses the dictionary starts with; others stay plain.
const STATUS_COLORS: Record<string, string> = {
  potential: 'default',
  interested: 'blue',
  won: 'green',
  active: 'cyan',
  lost: 'volcano',
};

export function StatusTag({ status }: { status: string }) {
  const { label } = useDictionaries();
  return status === '' ? null : <Tag color={STATUS_COLORS[status]}>{label('status', status)}</Tag>;
}

export function CustomerTags({ tags }: { tags: Customer['tags'] }) {
  if (tags.length === 0) return null;
  return (
    <Flex gap={4} wrap>
      {tags.map(({ id, name, color }) => (
        <ColorTag key={id} name={name} color={color} />
      ))}
    </Flex>
  );
}

/** A tag in its own colour, readable on light and dark. */
export function ColorTag({ name, color }: { name: string; color: string }) {
  return (
    <Tag variant="outlined" className="color-tag">
      <span className="dot" style={{ background: color || '#8c8c8c' }} />
      {name}
    </Tag>
  );
}

/** When the next contact is due; red once it is over. */
export function NextContact({ time, labelled = false }: { time: string | undefined; labelled?: boolean }) {
  const { t } = useTranslation();
  if (!time) return null;
  const text = formatShortTime(time);
  return (
    <Typography.Text type={dayjs(time).isBefore(dayjs()) ? 'danger' : labelled ? 'secondary' : undefined}>
      {labelled ? t('customer.nextAt', { time: text }) : text}
    </Typography.Text>
  );
}

/** Calls the number where the device can; a masked number cannot be called. */
export function PhoneLink({ number }: { number: string }) {
  if (number.includes('*')) return <span>{number}</span>;
  return <a href={`tel:${number}`}>{number}</a>;
}
