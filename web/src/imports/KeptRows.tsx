import { useInfiniteQuery } from '@tanstack/react-query';
import { Card, Flex, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Import, ImportRow } from '../api/types';
import { formatCount } from '../app/format';
import { Loaded } from '../app/Loaded';
import { LoadMore, moreOf } from '../customers/LoadMore';
import type messages from '../messages/zh-CN.json';
import { keptRowsQuery } from './queries';

type KeptReason = keyof (typeof messages)['import']['kept'];

/** Rows that the revert left as they are, and what stands in its way. */
export function KeptRows({ record }: { record: Import }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(keptRowsQuery(record));
  return (
    <Card size="small" title={t('import.keptTitle', { kept: formatCount(record.kept) })}>
      <Loaded query={query}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.rows);
          return (
            <Flex vertical>
              <Table<ImportRow>
                size="small"
                rowKey="row"
                dataSource={rows}
                pagination={false}
                scroll={rows.length > 10 ? { y: 320 } : undefined}
                columns={[
                  { title: t('import.row'), dataIndex: 'row', width: 70 },
                  {
                    title: t('import.reason'),
                    dataIndex: 'keptBecause',
                    render: (reason: string) =>
                      t(`import.kept.${reason as KeptReason}`, { defaultValue: reason }),
                  },
                  {
                    title: '',
                    width: 140,
                    render: (_, { customerId }) =>
                      customerId && <Link to={`/customers/${customerId}`}>{t('import.openCustomer')}</Link>,
                  },
                ]}
              />
              <LoadMore count={rows.length} more={moreOf(query)} />
            </Flex>
          );
        }}
      </Loaded>
    </Card>
  );
}
