import { useTranslation } from 'react-i18next';
import type messages from '../messages/zh-CN.json';
import type { DeliveryState } from './state';

type ServiceName = keyof (typeof messages)['delivery']['service'];

/** What people call a service: "reporting" are the reports. */
export function useServiceName(): (service: string) => string {
  const { t } = useTranslation();
  return (service) => t(`delivery.service.${service as ServiceName}`, { defaultValue: service });
}

const BADGES = { fine: 'won', lags: 'vip', dead: 'lost', unknown: 'vip' } as const;

export function StateBadge({ state }: { state: DeliveryState }) {
  const { t } = useTranslation();
  return <span className={`badge badge-${BADGES[state]}`}>{t(`delivery.state.${state}`)}</span>;
}
