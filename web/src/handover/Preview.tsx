import { Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import type { HandoverPreview } from '../api/types';
import { formatCount } from '../app/format';
import { Note } from '../app/text';
import { useUserName } from '../people/users';

/** Who would get how much, of each type of record. */
export function Preview({ preview }: { preview: HandoverPreview }) {
  const { t } = useTranslation();
  const userName = useUserName();
  const typeName = useTypeName();
  if (preview.total === 0) return <Note>{t('handover.nothing')}</Note>;
  const going = preview.counts.filter(({ receiverId }) => receiverId !== '');
  // A receiver of several rules stands there once.
  const byReceiver = Map.groupBy(going, ({ receiverId, type }) => `${receiverId} ${type}`);
  return (
    <Flex vertical gap={4} role="status">
      <strong>{t('handover.total', { formatted: formatCount(preview.total) })}</strong>
      <ul className="plain-list">
        {[...byReceiver].map(([key, counts]) => {
          const { receiverId, type } = counts[0] ?? { receiverId: '', type: '' };
          const count = counts.reduce((sum, own) => sum + own.count, 0);
          return (
            <li key={key} className="handover-count">
              <span>{t('handover.gets', { name: userName(receiverId) })}</span>
              <span>{t('handover.count', { type: typeName(type), formatted: formatCount(count) })}</span>
            </li>
          );
        })}
        {preview.staying > 0 && (
          <li className="handover-count">
            <Note>{t('handover.stays')}</Note>
            <Note>{formatCount(preview.staying)}</Note>
          </li>
        )}
      </ul>
    </Flex>
  );
}

/** What records of a type are called; a type that this page does not know by its own name. */
export function useTypeName(): (type: string) => string {
  const { t } = useTranslation();
  return (type) => (type === 'customer.customer' ? t('log.noun.customer') : type);
}
