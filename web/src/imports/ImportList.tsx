import { useInfiniteQuery } from '@tanstack/react-query';
import { Card, Empty, Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Import } from '../api/types';
import { formatCount, formatShortTime } from '../app/format';
import { Loaded } from '../app/Loaded';
import { MoreButton } from '../customers/LoadMore';
import { PersonName } from '../people/PersonName';
import { useUserOf } from '../people/users';
import { ImportState } from './ImportState';
import { importsQuery } from './queries';

/** Imports of before, newest first; each opens at the step where it was left. */
export function ImportList() {
  const { t } = useTranslation();
  const query = useInfiniteQuery(importsQuery);
  return (
    <Card size="small" title={t('import.earlier')}>
      <Loaded query={query} rows={4}>
        {({ pages }) => {
          const imports = pages.flatMap((page) => page.rows);
          if (imports.length === 0)
            return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('import.noneYet')} />;
          return (
            <Flex vertical gap={8}>
              <ul className="plain-list">
                {imports.map((record) => (
                  <li key={record.id}>
                    <Row record={record} />
                  </li>
                ))}
              </ul>
              <MoreButton query={query} />
            </Flex>
          );
        }}
      </Loaded>
    </Card>
  );
}

function Row({ record }: { record: Import }) {
  const { t } = useTranslation();
  const userOf = useUserOf();
  const { id, fileName, state, createTime, authorId, total, accepted, rejected } = record;
  return (
    <div className="import-row">
      <Link to={`/imports/${id}`} className="import-name">
        {fileName}
      </Link>
      <ImportState state={state} />
      <Typography.Text type="secondary" className="import-summary">
        {total > 0 &&
          t('import.summary', {
            total: formatCount(total),
            accepted: formatCount(accepted),
            rejected: formatCount(rejected),
          })}
      </Typography.Text>
      <Typography.Text type="secondary">
        <PersonName user={userOf(authorId)} /> · {formatShortTime(createTime)}
      </Typography.Text>
    </div>
  );
}
