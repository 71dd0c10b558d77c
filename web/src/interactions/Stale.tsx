import { Badge } from 'antd';
import { useTranslation } from 'react-i18next';

/** A quiet line where a list may be behind; nothing where it is not. */
export function Stale({ pages }: { pages: { mayBeStale: boolean }[] }) {
  const { t } = useTranslation();
  if (!pages.some(({ mayBeStale }) => mayBeStale)) return null;
  return <Badge status="processing" text={t('list.mayBeStale')} />;
}
