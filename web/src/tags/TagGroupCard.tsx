import { Button, Card, Flex, Switch, Tag as Mark, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Tag, TagGroup } from '../api/types';
import { useDangerQuestion } from '../app/danger-question';
import { useFailureDialog } from '../app/failure-dialog';
import type { GroupOfTags } from './groups';
import { useDeleteTagGroup, useSaveTagGroup } from './queries';
import { TagRow } from './TagRow';

interface TagGroupCardProps {
  of: GroupOfTags;
  groups: TagGroup[];
  define: boolean;
  onEdit: (tag: Tag) => void;
  onAdd: () => void;
  onRename: () => void;
}

export function TagGroupCard({ of, groups, define, onEdit, onAdd, onRename }: TagGroupCardProps) {
  const { t } = useTranslation();
  const { name, group, tags } = of;
  const title = name || t('tag.noGroup');
  return (
    <Card
      size="small"
      role="region"
      aria-label={title}
      title={
        <Flex align="center" gap={8} wrap>
          <span>{title}</span>
          {group && !define && group.exclusive && <Mark>{t('tag.exclusive')}</Mark>}
        </Flex>
      }
      extra={define && group && <GroupActions group={group} tags={tags} onRename={onRename} />}
    >
      {tags.length === 0 && <Typography.Text type="secondary">{t('tag.emptyGroup')}</Typography.Text>}
      <ul className="plain-list">
        {tags.map((tag) => (
          <li key={tag.id}>
            <TagRow tag={tag} groups={groups} define={define} onEdit={() => onEdit(tag)} />
          </li>
        ))}
      </ul>
      {define && (
        <Button size="small" type="dashed" className="add-tag" onClick={onAdd}>
          {t('tag.create')}
        </Button>
      )}
    </Card>
  );
}

interface GroupActionsProps {
  group: TagGroup;
  tags: Tag[];
  onRename: () => void;
}

function GroupActions({ group, tags, onRename }: GroupActionsProps) {
  const { t } = useTranslation();
  const ask = useDangerQuestion();
  const showFailure = useFailureDialog();
  const save = useSaveTagGroup();
  const remove = useDeleteTagGroup();
  const makeExclusive = (exclusive: boolean) =>
    save.mutate(
      { group, body: { exclusive } },
      { onError: (error) => showFailure(t('tag.exclusive'), error) },
    );
  const askToDelete = () =>
    ask({
      title: t('tag.deleteGroupTitle', { name: group.name }),
      content: t('tag.deleteGroupExplanation', { count: tags.length }),
      act: () => remove.mutateAsync(group.id),
    });
  return (
    <Flex align="center" gap={4} wrap>
      <label title={t('tag.exclusiveMeans')}>
        <Flex align="center" gap={6}>
          <Switch
            size="small"
            aria-label={t('tag.exclusiveOf', { name: group.name })}
            checked={save.isPending ? save.variables.body.exclusive : group.exclusive}
            loading={save.isPending}
            onChange={makeExclusive}
          />
          <Typography.Text type="secondary">{t('tag.exclusive')}</Typography.Text>
        </Flex>
      </label>
      <Button size="small" type="link" onClick={onRename}>
        {t('tag.rename')}
      </Button>
      <Button size="small" type="link" danger onClick={askToDelete}>
        {t('action.delete')}
      </Button>
    </Flex>
  );
}
