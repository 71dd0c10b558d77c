import { Card, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Outbox } from '../api/types';
import { formatCount } from '../app/format';
import { Note } from '../app/text';
import { StateBadge, useServiceName } from './labels';
import { stateOfOutbox } from './state';

/** What each service has written and not yet published. */
export function OutboxList({ outboxes }: { outboxes: Outbox[] }) {
  const { t } = useTranslation();
  const serviceName = useServiceName();
  return (
    <section aria-label={t('delivery.outboxes')}>
      <h2 className="deliveries-heading">{t('delivery.outboxes')}</h2>
      <Card size="small">
        <ul className="plain-list">
          {outboxes.map((outbox) => (
            <li key={outbox.service}>
              <Flex align="center" justify="space-between" gap={8}>
                <Flex vertical>
                  <span>{serviceName(outbox.service)}</span>
                  <Note>
                    {outbox.waiting === 0
                      ? t('delivery.nothingWaits')
                      : t('delivery.waitsSince', {
                          formatted: formatCount(outbox.waiting),
                          seconds: formatCount(outbox.oldestSeconds),
                        })}
                  </Note>
                </Flex>
                <StateBadge state={stateOfOutbox(outbox)} />
              </Flex>
            </li>
          ))}
        </ul>
      </Card>
    </section>
  );
}
