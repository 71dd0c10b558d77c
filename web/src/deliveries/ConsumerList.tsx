import { Button, Card, Empty, Flex, Grid, Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import type { EventConsumer } from '../api/types';
import { formatCount } from '../app/format';
import { Note } from '../app/text';
import { StateBadge, useServiceName } from './labels';
import { stateOfConsumer } from './state';

interface ConsumerListProps {
  consumers: EventConsumer[];
  onOpen: (name: string) => void;
}

export function ConsumerList({ consumers, onOpen }: ConsumerListProps) {
  const { t } = useTranslation();
  const wide = Grid.useBreakpoint().md ?? true;
  const columns = useColumns(onOpen);
  if (consumers.length === 0) return <Empty className="centred" description={t('delivery.nobody')} />;
  return (
    <section aria-label={t('delivery.consumers')}>
      <h2 className="deliveries-heading">{t('delivery.consumers')}</h2>
      {wide ? (
        <Table<EventConsumer>
          size="small"
          rowKey="name"
          columns={columns}
          dataSource={consumers}
          pagination={false}
        />
      ) : (
        <Flex vertical gap={8}>
          {consumers.map((consumer) => (
            <ConsumerCard key={consumer.name} consumer={consumer} onOpen={onOpen} />
          ))}
        </Flex>
      )}
    </section>
  );
}

function useColumns(onOpen: ConsumerListProps['onOpen']): TableColumnsType<EventConsumer> {
  const { t } = useTranslation();
  return [
    {
      title: t('delivery.consumer'),
      render: (_, consumer) => <OpenButton consumer={consumer} onOpen={onOpen} />,
    },
    { title: t('delivery.waiting'), align: 'end', render: (_, { waiting }) => counted(waiting) },
    { title: t('delivery.bulkWaiting'), align: 'end', render: (_, { bulkWaiting }) => counted(bulkWaiting) },
    { title: t('delivery.dead'), align: 'end', render: (_, { dead }) => counted(dead) },
    {
      title: t('delivery.stateTitle'),
      render: (_, consumer) => <StateBadge state={stateOfConsumer(consumer)} />,
    },
  ];
}

/** The list on a phone. */
function ConsumerCard({ consumer, onOpen }: { consumer: EventConsumer; onOpen: (name: string) => void }) {
  const { t } = useTranslation();
  const counts = [
    [t('delivery.waiting'), consumer.waiting],
    [t('delivery.bulkWaiting'), consumer.bulkWaiting],
    [t('delivery.dead'), consumer.dead],
  ] as const;
  return (
    <Card size="small">
      <Flex align="center" justify="space-between" gap={8}>
        <OpenButton consumer={consumer} onOpen={onOpen} />
        <StateBadge state={stateOfConsumer(consumer)} />
      </Flex>
      <Flex gap="2px 12px" wrap>
        {counts.map(([name, count]) => (
          <span key={name}>
            <Note>{name}</Note> {counted(count)}
          </span>
        ))}
      </Flex>
    </Card>
  );
}

function OpenButton({ consumer, onOpen }: { consumer: EventConsumer; onOpen: (name: string) => void }) {
  const serviceName = useServiceName();
  return (
    <Button className="deliveries-open" type="link" onClick={() => onOpen(consumer.name)}>
      {serviceName(consumer.name)}
    </Button>
  );
}

function counted(count: number | undefined): string {
  return count === undefined ? '–' : formatCount(count);
}
