import type { EventConsumer, Outbox } from '../api/types';

/** From here on alerts are raised too: deploy/observability/alerts.yaml. */
const MOST_WAITING = 500;
const LONGEST_WAIT_SECONDS = 60;

export type DeliveryState = 'fine' | 'lags' | 'dead' | 'unknown';

/** Bulk work may wait. */
export function stateOfConsumer({ waiting, dead }: EventConsumer): DeliveryState {
  if (waiting === undefined || dead === undefined) return 'unknown';
  if (dead > 0) return 'dead';
  return waiting > MOST_WAITING ? 'lags' : 'fine';
}

export function stateOfOutbox({ oldestSeconds }: Outbox): DeliveryState {
  return oldestSeconds > LONGEST_WAIT_SECONDS ? 'lags' : 'fine';
}
