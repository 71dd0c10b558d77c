import { useInfiniteQuery } from '@tanstack/react-query';
import { Empty, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../../api/types';
import { Loaded } from '../../app/Loaded';
import { HistoryItem } from '../HistoryItem';
import { MoreButton } from '../LoadMore';
import { historyQuery } from '../queries';

export function HistoryTab({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(historyQuery(customer.id));
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const entries = pages.flatMap((page) => page.rows);
        if (entries.length === 0) return <Empty description={t('history.empty')} />;
        return (
          <Flex vertical gap={12}>
            {entries.map((entry) => (
              <HistoryItem key={entry.id} entry={entry} />
            ))}
            <MoreButton query={query} />
          </Flex>
        );
      }}
    </Loaded>
  );
}
