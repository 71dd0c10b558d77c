import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { App, Button, Card, Empty, Flex, Typography } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tag } from '../api/types';
import { useFailureDialog } from '../app/failure-dialog';
import { Loaded } from '../app/Loaded';
import { ColorTag } from '../customers/cells';
import { useMay } from '../session/me';
import { byGroup, tagsQuery, useDeleteTag } from './queries';

const TagForm = lazy(() => import('./TagForm'));

export default function TagsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const query = useQuery(tagsQuery);
  const [editing, setEditing] = useState<Tag | 'new'>();
  const define = may('tag.define');
  const add = define && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
      {t('tag.create')}
    </Button>
  );
  return (
    <Flex vertical gap={12}>
      <Flex align="center" justify="space-between">
        <Typography.Title level={4} className="page-title">
          {t('menu.tags')}
        </Typography.Title>
        {query.data && query.data.length > 0 && add}
      </Flex>
      <Loaded query={query}>
        {(tags) =>
          tags.length === 0 ? (
            <Empty className="centred" description={define ? t('tag.empty') : t('tag.emptyForReaders')}>
              {add}
            </Empty>
          ) : (
            byGroup(tags).map(([group, members]) => (
              <Card key={group} size="small" title={group || t('tag.noGroup')}>
                <ul className="plain-list">
                  {members.map((tag) => (
                    <li key={tag.id}>
                      <TagRow tag={tag} define={define} onEdit={() => setEditing(tag)} />
                    </li>
                  ))}
                </ul>
              </Card>
            ))
          )
        }
      </Loaded>
      <Suspense fallback={null}>
        {editing && (
          <TagForm
            tag={editing === 'new' ? undefined : editing}
            groups={[...new Set((query.data ?? []).map(({ group }) => group).filter(Boolean))]}
            onClose={() => setEditing(undefined)}
          />
        )}
      </Suspense>
    </Flex>
  );
}

function TagRow({ tag, define, onEdit }: { tag: Tag; define: boolean; onEdit: () => void }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const showFailure = useFailureDialog();
  const remove = useDeleteTag();
  const title = t('tag.deleteTitle', { name: tag.name });
  const ask = () =>
    void modal.confirm({
      title,
      content: t('tag.deleteExplanation'),
      okText: t('action.delete'),
      okButtonProps: { danger: true },
      cancelText: t('action.cancel'),
      onOk: () => remove.mutateAsync(tag.id).catch((error: unknown) => showFailure(title, error)),
    });
  return (
    <Flex align="center" justify="space-between">
      <ColorTag name={tag.name} color={tag.color} />
      {define && (
        <span>
          <Button size="small" type="link" onClick={onEdit}>
            {t('action.edit')}
          </Button>
          <Button size="small" type="link" danger onClick={ask}>
            {t('action.delete')}
          </Button>
        </span>
      )}
    </Flex>
  );
}
