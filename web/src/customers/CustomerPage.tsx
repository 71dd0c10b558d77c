import { useQuery } from '@tanstack/react-query';
import { Alert, Card, Col, Flex, Row, Tabs } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import type { Customer } from '../api/types';
import { formatTime } from '../app/format';
import { Loaded } from '../app/Loaded';
import { Timeline } from '../interactions/Timeline';
import { CustomerDetails } from './CustomerDetails';
import { CustomerHeader } from './CustomerHeader';
import { ContactsTab } from './ContactsTab';
import { HistoryTab } from './HistoryTab';
import { customerQuery } from './queries';
import { RestoreButton } from './RestoreButton';

const CustomerForm = lazy(() => import('./CustomerForm'));
const InteractionForm = lazy(() => import('../interactions/InteractionForm'));

export default function CustomerPage() {
  const { id = '' } = useParams();
  const query = useQuery(customerQuery(id));
  return (
    <Loaded query={query}>{(customer) => <CustomerRecord key={customer.id} customer={customer} />}</Loaded>
  );
}

function CustomerRecord({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const [form, setForm] = useState<'edit' | 'interaction'>();
  const close = () => setForm(undefined);
  return (
    <Flex vertical gap={12}>
      <title>{`${customer.name} · CIMS`}</title>
      <CustomerHeader
        customer={customer}
        onEdit={() => setForm('edit')}
        onRecord={() => setForm('interaction')}
      />
      {customer.deleteTime && (
        <Alert
          type="warning"
          showIcon
          title={t('customer.inBin', { time: formatTime(customer.deleteTime) })}
          action={<RestoreButton customer={customer} />}
        />
      )}
      <Row gutter={[12, 12]}>
        <Col xs={24} lg={9}>
          <CustomerDetails customer={customer} />
        </Col>
        <Col xs={24} lg={15}>
          <Card size="small" className="record-tabs">
            <Tabs
              items={[
                {
                  key: 'timeline',
                  label: t('timeline.title'),
                  children: <Timeline customer={customer} onRecord={() => setForm('interaction')} />,
                },
                {
                  key: 'contacts',
                  label: t('contact.titleCount', { count: customer.contacts.length }),
                  children: <ContactsTab customer={customer} />,
                },
                { key: 'history', label: t('history.title'), children: <HistoryTab customer={customer} /> },
              ]}
            />
          </Card>
        </Col>
      </Row>
      <Suspense fallback={null}>
        {form === 'edit' && <CustomerForm customer={customer} onClose={close} onSaved={close} />}
        {form === 'interaction' && <InteractionForm customer={customer} onClose={close} />}
      </Suspense>
    </Flex>
  );
}
