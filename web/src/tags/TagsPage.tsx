import './tags.css';
import { FolderAddOutlined, PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Empty, Flex } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tag, TagGroup } from '../api/types';
import { Loaded } from '../app/Loaded';
import { PageTitle } from '../app/text';
import { useMay } from '../session/me';
import { inGroups } from './groups';
import { countedTagsQuery, tagGroupsQuery } from './queries';
import { TagGroupCard } from './TagGroupCard';

const TagForm = lazy(() => import('./TagForm'));
const TagGroupForm = lazy(() => import('./TagGroupForm'));

/** What is being written: a tag (new ones in a group), or a group. */
type Editing = { kind: 'tag'; tag?: Tag; group?: string } | { kind: 'group'; group?: TagGroup } | undefined;

export default function TagsPage() {
  const { t } = useTranslation();
  const define = useMay()('tag.define');
  const groups = useQuery(tagGroupsQuery);
  const tags = useQuery(countedTagsQuery);
  const [editing, setEditing] = useState<Editing>();
  const add = define && (
    <Flex gap={8}>
      <Button icon={<FolderAddOutlined />} onClick={() => setEditing({ kind: 'group' })}>
        {t('tag.createGroup')}
      </Button>
      <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing({ kind: 'tag' })}>
        {t('tag.create')}
      </Button>
    </Flex>
  );
  const close = () => setEditing(undefined);
  return (
    <Flex vertical gap={12}>
      <title>{`${t('menu.tags')} · CIMS`}</title>
      <Flex align="center" justify="space-between" gap={8} wrap>
        <PageTitle>{t('menu.tags')}</PageTitle>
        {add}
      </Flex>
      <Loaded query={groups}>
        {(known) => (
          <Loaded query={tags}>
            {(all) => {
              const shown = inGroups(known, all);
              if (shown.length === 0)
                return (
                  <Empty
                    className="centred"
                    description={define ? t('tag.empty') : t('tag.emptyForReaders')}
                  />
                );
              return shown.map((of) => (
                <TagGroupCard
                  key={of.name}
                  of={of}
                  groups={known}
                  define={define}
                  onEdit={(tag) => setEditing({ kind: 'tag', tag })}
                  onAdd={() => setEditing({ kind: 'tag', group: of.name })}
                  onRename={() => setEditing({ kind: 'group', group: of.group })}
                />
              ));
            }}
          </Loaded>
        )}
      </Loaded>
      <Suspense fallback={null}>
        {editing?.kind === 'tag' && (
          <TagForm
            tag={editing.tag}
            group={editing.group}
            groups={(groups.data ?? []).map(({ name }) => name)}
            onClose={close}
          />
        )}
        {editing?.kind === 'group' && <TagGroupForm group={editing.group} onClose={close} />}
      </Suspense>
    </Flex>
  );
}
