import { useQuery } from '@tanstack/react-query';
import { Empty, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../api/types';
import { formatTime } from '../app/format';
import { Loaded } from '../app/Loaded';
import { ColorTag } from '../customers/cells';
import { useUserName } from '../people/users';
import { customerTagsQuery } from './queries';

/** The tags of a customer: who put on which, and when. */
export function TagsTab({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const userName = useUserName();
  const query = useQuery(customerTagsQuery(customer.id));
  return (
    <Loaded query={query}>
      {({ tags }) =>
        tags.length === 0 ? (
          <Empty description={t('record.noTags')} />
        ) : (
          <ul className="plain-list">
            {tags.map(({ tag, authorId, applyTime }) => (
              <li key={tag.id}>
                <ColorTag name={tag.name} color={tag.color} />{' '}
                <Typography.Text type="secondary">
                  {t('record.taggedBy', {
                    name: userName(authorId) || t('history.system'),
                    time: formatTime(applyTime),
                  })}
                </Typography.Text>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
