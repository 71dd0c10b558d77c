import { Badge } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Home } from '../api/types';
import { formatTime } from '../app/format';

/** Up to which moment the figures speak, and whether more is on its way. */
export function AsOf({ asOf }: { asOf: Home['asOf'] }) {
  const { t } = useTranslation();
  const time = formatTime(asOf.eventTime);
  return (
    <Badge
      status={asOf.caughtUp ? 'success' : 'processing'}
      text={time ? t(asOf.caughtUp ? 'home.asOf' : 'home.catchingUp', { time }) : t('home.noEvents')}
      className="as-of"
    />
  );
}
