import { Button, Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { formatCount } from '../app/format';

export interface More {
  has: boolean;
  loading: boolean;
  load: () => void;
  /** Set when the rows are known to be old: reads the list anew. */
  refresh?: () => void;
}

interface LoadMoreProps {
  count: number;
  more: More;
}

/** How many rows are there, and the way to the next. */
export function LoadMore({ count, more }: LoadMoreProps) {
  const { t } = useTranslation();
  return (
    <Flex align="center" gap={8} className="load-more">
      <Typography.Text type="secondary">
        {t(more.has ? 'list.shown' : 'list.all', { count, formatted: formatCount(count) })}
      </Typography.Text>
      {more.has && (
        <Button size="small" type="link" loading={more.loading} onClick={more.load}>
          {t('list.more')}
        </Button>
      )}
      {more.refresh && (
        <Button size="small" type="link" onClick={more.refresh}>
          {t('list.outdated')}
        </Button>
      )}
    </Flex>
  );
}
