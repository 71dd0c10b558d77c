import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { Button, Flex } from 'antd';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount } from '../app/format';
import { Note } from '../app/text';

export interface More {
  has: boolean;
  loading: boolean;
  load: () => void;
  total?: Total;
  /** Set when the rows are known to be old: reads the list anew. */
  refresh?: () => void;
}

export interface Total {
  size: number;
  /** There are more than it says. */
  capped: boolean;
}

type Pages = Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>;

/** What follows on the pages that a query has. */
export function moreOf(query: Pages): More {
  return {
    has: query.hasNextPage,
    loading: query.isFetchingNextPage,
    load: () => void query.fetchNextPage(),
  };
}

/** The way to the next page where nobody counts the rows. */
export function MoreButton({ query }: { query: Pages }) {
  const { t } = useTranslation();
  const { has, loading, load } = moreOf(query);
  return (
    has && (
      <Button loading={loading} onClick={load}>
        {t('list.more')}
      </Button>
    )
  );
}

export function totalText({ size, capped }: Total): string {
  return capped ? `${formatCount(size)}+` : formatCount(size);
}

interface LoadMoreProps {
  count: number;
  more: More;
  children?: ReactNode;
}

/** How many rows there are, and the way to the next. */
export function LoadMore({ count, more, children }: LoadMoreProps) {
  const { t } = useTranslation();
  return (
    <Flex align="center" gap={8} className="load-more">
      <Note>{counted(t, count, more)}</Note>
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
      <span className="push-end">{children}</span>
    </Flex>
  );
}

function counted(t: TFunction, count: number, { has, total }: More): string {
  if (!has) return t('list.all', { formatted: formatCount(count) });
  if (!total || (total.capped && total.size <= count))
    return t('list.shown', { formatted: formatCount(count) });
  return t('list.ofTotal', { shown: formatCount(count), formatted: totalText(total) });
}
