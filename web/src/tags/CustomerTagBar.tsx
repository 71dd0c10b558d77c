import { TagOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Flex } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../api/types';
import { ColorTag } from '../customers/cells';
import { useFieldAccess } from '../customers/field-access';
import { useMay } from '../session/me';
import { customerTagsQuery } from './queries';

const TagChooser = lazy(() => import('./TagChooser'));

/** The tags of a record, and the way to change them. */
export function CustomerTagBar({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const may = useMay();
  const { writes } = useFieldAccess();
  const [choosing, setChoosing] = useState(false);
  const { data } = useQuery(customerTagsQuery(customer.id));
  // The record carries its tags too, a moment later than tagging itself knows them.
  const tags = data?.tags.map(({ tag }) => tag) ?? customer.tags;
  return (
    <Flex gap={4} align="center" wrap>
      {tags.map(({ id, name, color }) => (
        <ColorTag key={id} name={name} color={color} />
      ))}
      {customer.deleteTime === undefined && writes('tags') && may('tag.apply', customer.ownerId) && (
        <Button
          size="small"
          type="dashed"
          icon={<TagOutlined />}
          disabled={!data}
          onClick={() => setChoosing(true)}
        >
          {t('tag.choose')}
        </Button>
      )}
      <Suspense fallback={null}>
        {choosing && data && (
          <TagChooser customer={customer} applied={data} onClose={() => setChoosing(false)} />
        )}
      </Suspense>
    </Flex>
  );
}
