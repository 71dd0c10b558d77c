import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Empty, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../api/types';
import { Loaded } from '../app/Loaded';
import { MoreButton } from '../customers/LoadMore';
import { useMay } from '../session/me';
import { InteractionItem } from './InteractionItem';
import { interactionsQuery } from './queries';

/** The contact records of one customer, latest first. */
export function InteractionsTab({ customer, onRecord }: { customer: Customer; onRecord: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const query = useInfiniteQuery(interactionsQuery(customer.id));
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const records = pages.flatMap((page) => page.rows);
        if (records.length === 0)
          return (
            <Empty description={t('record.noInteractions')}>
              {customer.deleteTime === undefined && may('interaction.create', customer.ownerId) && (
                <Button onClick={onRecord}>{t('interaction.record')}</Button>
              )}
            </Empty>
          );
        return (
          <Flex vertical gap={16}>
            {records.map((interaction) => (
              <InteractionItem key={interaction.id} interaction={interaction} customer={customer} />
            ))}
            <MoreButton query={query} />
          </Flex>
        );
      }}
    </Loaded>
  );
}
