import './deliveries.css';
import { useQuery } from '@tanstack/react-query';
import { Alert, Flex } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Loaded } from '../app/Loaded';
import { Note, PageTitle } from '../app/text';
import { ConsumerList } from './ConsumerList';
import { useServiceName } from './labels';
import { OutboxList } from './OutboxList';
import { deliveriesQuery } from './queries';

const LettersDrawer = lazy(() => import('./LettersDrawer'));

/** Events on their way: who follows them, what waits, and the dead letters, which nobody could apply. */
export default function DeliveriesPage() {
  const { t } = useTranslation();
  const query = useQuery(deliveriesQuery);
  const [opened, setOpened] = useState<string>();
  const consumer = query.data?.consumers.find(({ name }) => name === opened);
  return (
    <Flex vertical gap={12}>
      <title>{`${t('delivery.title')} · CIMS`}</title>
      <Flex align="baseline" gap="4px 12px" wrap>
        <PageTitle>{t('delivery.title')}</PageTitle>
        <Note>{t('delivery.explanation')}</Note>
      </Flex>
      <Loaded query={query}>
        {({ consumers, outboxes, unreachable }) => (
          <>
            {unreachable.length > 0 && <Unreachable services={unreachable} />}
            <div className="deliveries">
              <ConsumerList
                consumers={consumers.toSorted((one, other) => one.name.localeCompare(other.name))}
                onOpen={setOpened}
              />
              <OutboxList
                outboxes={outboxes.toSorted((one, other) => one.service.localeCompare(other.service))}
              />
            </div>
          </>
        )}
      </Loaded>
      <Suspense fallback={null}>
        {consumer && (
          <LettersDrawer key={consumer.name} consumer={consumer} onClose={() => setOpened(undefined)} />
        )}
      </Suspense>
    </Flex>
  );
}

/** Who is missing from the lists, which would else look whole. */
function Unreachable({ services }: { services: string[] }) {
  const { t } = useTranslation();
  const names = services.map(useServiceName()).join(t('app.listSeparator'));
  return <Alert type="warning" showIcon title={t('delivery.unreachable', { names })} />;
}
