import { Button, Dropdown, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Tag, TagGroup } from '../api/types';
import { useDangerQuestion } from '../app/danger-question';
import { useFailureDialog } from '../app/failure-dialog';
import { formatCount } from '../app/format';
import { ColorTag } from '../customers/cells';
import { customersWhere } from '../customers/filter/link';
import { useDeleteTag, useSaveTag } from './queries';

interface TagRowProps {
  tag: Tag;
  groups: TagGroup[];
  define: boolean;
  onEdit: () => void;
}

/** A tag, how many customers have it, and what can be done with it. */
export function TagRow({ tag, groups, define, onEdit }: TagRowProps) {
  const { t } = useTranslation();
  return (
    <Flex align="center" gap={8} wrap>
      <span className="tag-name">
        <ColorTag name={tag.name} color={tag.color} />
      </span>
      <span className="tag-count">
        <Customers tag={tag} />
      </span>
      {define && (
        <span className="push-end">
          <MoveButton tag={tag} groups={groups} />
          <Button size="small" type="link" onClick={onEdit}>
            {t('action.edit')}
          </Button>
          <DeleteButton tag={tag} />
        </span>
      )}
    </Flex>
  );
}

/** How many have it; nothing for whom it is hidden who has which tags. */
function Customers({ tag: { id, customerCount: count } }: { tag: Tag }) {
  const { t } = useTranslation();
  if (count === undefined) return null;
  if (count === 0) return <>{t('tag.noCustomers')}</>;
  return (
    <Link to={customersWhere({ field: 'tags', op: 'in', values: [id] })}>
      {t('tag.customers', { count, formatted: formatCount(count) })}
    </Link>
  );
}

function MoveButton({ tag, groups }: { tag: Tag; groups: TagGroup[] }) {
  const { t } = useTranslation();
  const showFailure = useFailureDialog();
  const save = useSaveTag();
  const targets = [...groups.map(({ name }) => name), ''].filter((name) => name !== tag.group);
  const move = (group: string) =>
    save.mutate(
      { tag, body: { name: tag.name, group }, mask: ['group'] },
      { onError: (error) => showFailure(t('tag.move'), error) },
    );
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: targets.map((name) => ({ key: name || NO_GROUP, label: name || t('tag.noGroup') })),
        onClick: ({ key }) => move(key === NO_GROUP ? '' : key),
      }}
    >
      <Button size="small" type="link" loading={save.isPending} disabled={targets.length === 0}>
        {t('tag.move')}
      </Button>
    </Dropdown>
  );
}

/** A menu's key is never empty; no name of a group has this form. */
const NO_GROUP = ' ';

function DeleteButton({ tag }: { tag: Tag }) {
  const { t } = useTranslation();
  const ask = useDangerQuestion();
  const remove = useDeleteTag();
  const consequence = (count: number | undefined) => {
    if (count === undefined) return t('tag.deleteFromAll');
    return count > 0
      ? t('tag.deleteFromCustomers', { count, formatted: formatCount(count) })
      : t('tag.deleteUnused');
  };
  const askToDelete = () =>
    ask({
      title: t('tag.deleteTitle', { name: tag.name }),
      content: consequence(tag.customerCount),
      act: () => remove.mutateAsync(tag.id),
    });
  return (
    <Button size="small" type="link" danger onClick={askToDelete}>
      {t('action.delete')}
    </Button>
  );
}
