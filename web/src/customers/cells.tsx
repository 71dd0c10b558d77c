import { Flex } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../api/types';
import { formatShortTime } from '../app/format';
import { Note } from '../app/text';

export function TypeName({ type }: { type: Customer['type'] }) {
  const { t } = useTranslation();
  return type === 'INDIVIDUAL' ? t('customer.type.INDIVIDUAL') : t('customer.type.ENTERPRISE');
}

export function LevelTag({ level, label }: { level: string; label: string }) {
  return level === '' ? null : <span className={`badge badge-${level}`}>{label}</span>;
}

export function StatusTag({ status, label }: { status: string; label: string }) {
  return status === '' ? null : <span className={`badge badge-${status}`}>{label}</span>;
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

/** As many tags as a line holds; all of them under the pointer. */
export function TagsInLine({ tags }: { tags: Customer['tags'] }) {
  if (tags.length === 0) return null;
  return (
    <div className="clipped tags-in-line" title={tags.map(({ name }) => name).join(' · ')}>
      {tags.map(({ id, name, color }) => (
        <ColorTag key={id} name={name} color={color} />
      ))}
    </div>
  );
}

/** A text that ends in dots where its cell ends. */
export function Clipped({ text }: { text: string }) {
  return (
    <span className="clipped" title={text}>
      {text}
    </span>
  );
}

/** A tag in its own colour, readable on light and dark. */
export function ColorTag({ name, color }: { name: string; color: string }) {
  return (
    <span className="badge color-tag">
      <span className="dot" style={{ background: color || '#8c8c8c' }} />
      {name}
    </span>
  );
}

/** When the next contact is due; red once it is over. */
export function NextContact({ time, labelled = false }: { time: string | undefined; labelled?: boolean }) {
  const { t } = useTranslation();
  if (!time) return null;
  const text = formatShortTime(time);
  const said = labelled ? t('customer.nextAt', { time: text }) : text;
  if (dayjs(time).isBefore(dayjs())) return <Note tone="danger">{said}</Note>;
  return labelled ? <Note>{said}</Note> : said;
}

/** Calls the number where the device can; a masked number cannot be called. */
export function PhoneLink({ number }: { number: string }) {
  if (number.includes('*')) return <span>{number}</span>;
  return <a href={`tel:${number}`}>{number}</a>;
}
