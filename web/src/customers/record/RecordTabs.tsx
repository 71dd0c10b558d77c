import { useQuery } from '@tanstack/react-query';
import { Card } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../../api/types';
import { Tabs } from '../../app/Tabs';
import { InteractionsTab } from '../../interactions/InteractionsTab';
import { interactionCountQuery } from '../../interactions/queries';
import { Timeline } from '../../interactions/Timeline';
import { useMay } from '../../session/me';
import { TagsTab } from '../../tags/TagsTab';
import { customerTagsQuery } from '../../tags/queries';
import { useFieldAccess } from '../field-access';
import { ContactsTab } from './ContactsTab';
import { HistoryTab } from './HistoryTab';

/** What hangs on a customer, with how much of each there is. */
export function RecordTabs({ customer, onRecord }: { customer: Customer; onRecord: () => void }) {
  const { t } = useTranslation();
  const readsInteractions = useMay()('interaction.read');
  const { data: interactions } = useQuery({
    ...interactionCountQuery(customer.id),
    enabled: readsInteractions,
  });
  const { data: applied } = useQuery(customerTagsQuery(customer.id));
  const { sees } = useFieldAccess();
  const tags = {
    key: 'tags',
    label: t('record.tags', { count: (applied?.tags ?? customer.tags).length }),
    children: <TagsTab customer={customer} />,
  };
  const records = { count: interactions?.size ?? 0 };
  const contactRecords = {
    key: 'interactions',
    label: t(interactions?.capped ? 'record.interactionsCapped' : 'record.interactions', records),
    children: <InteractionsTab customer={customer} onRecord={onRecord} />,
  };
  return (
    <Card size="small" className="record-tabs">
      <Tabs
        size="small"
        items={[
          {
            key: 'timeline',
            label: t('timeline.title'),
            children: <Timeline customer={customer} onRecord={onRecord} />,
          },
          {
            key: 'contacts',
            label: t('contact.titleCount', { count: customer.contacts.length }),
            children: <ContactsTab customer={customer} />,
          },
          ...(readsInteractions ? [contactRecords] : []),
          { key: 'history', label: t('history.title'), children: <HistoryTab customer={customer} /> },
          ...(sees('tags') ? [tags] : []),
        ]}
      />
    </Card>
  );
}
