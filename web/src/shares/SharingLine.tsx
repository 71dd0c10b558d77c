import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Customer, Share } from '../api/types';
import { useUserName } from '../people/users';
import { useSharing } from './sharing';

/** That a customer is shared with the reader: by whom, until when, and what for. */
export function SharingLine({ customer }: { customer: Customer }) {
  const { own } = useSharing(customer);
  return own ? <OwnShare share={own} /> : null;
}

function OwnShare({ share: { access, authorId, endDate } }: { share: Share }) {
  const { t } = useTranslation();
  const name = useUserName()(authorId);
  const parts = [
    name ? t('share.by', { name }) : t('share.withMe'),
    t(`share.access.${access}`),
    endDate && t('share.until', { day: endDate }),
  ];
  return (
    <Tag color="purple" className="fit">
      {parts.filter(Boolean).join(' · ')}
    </Tag>
  );
}
