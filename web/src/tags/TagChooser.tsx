import { useQuery } from '@tanstack/react-query';
import { Checkbox, Empty, Flex, Input, Modal, Typography } from 'antd';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { AppliedTags, Customer, Tag } from '../api/types';
import { Failure } from '../app/Failure';
import { Loaded } from '../app/Loaded';
import { isComposing } from '../app/shortcuts';
import { ColorTag } from '../customers/cells';
import { useClear } from '../form/clear';
import { useUnsaved } from '../session/unsaved';
import { byGroup, tagsQuery, useSetCustomerTags } from './queries';

/** From so many tags on, one looks for a tag by its name. */
const MANY = 16;

interface TagChooserProps {
  customer: Customer;
  applied: AppliedTags;
  onClose: () => void;
}

export default function TagChooser({ customer, applied, onClose }: TagChooserProps) {
  const { t } = useTranslation();
  const query = useQuery(tagsQuery);
  const [chosen, setChosen] = useState(() => applied.tags.map(({ tag }) => tag.id));
  const [dirty, setDirty] = useState(false);
  const save = useSetCustomerTags(customer.id);
  useUnsaved(dirty);

  const submit = () => save.mutate(chosen, { onSuccess: onClose });
  const saveOnKey = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !isComposing(event.nativeEvent))
      submit();
  };
  const toggle = (id: string, on: boolean) => {
    setChosen((before) => [...before.filter((other) => other !== id), ...(on ? [id] : [])]);
    setDirty(true);
  };
  return (
    <Modal
      open
      title={t('tag.chooseTitle', { name: customer.name })}
      okText={t('action.save')}
      cancelText={t('action.cancel')}
      confirmLoading={save.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <Flex vertical gap={12} onKeyDown={saveOnKey}>
        {save.error && <Failure error={save.error} />}
        <Loaded query={query} rows={2}>
          {(tags) => <Choice tags={tags} chosen={chosen} onToggle={toggle} />}
        </Loaded>
      </Flex>
    </Modal>
  );
}

interface ChoiceProps {
  tags: Tag[];
  chosen: string[];
  onToggle: (id: string, on: boolean) => void;
}

function Choice({ tags, chosen, onToggle }: ChoiceProps) {
  const { t } = useTranslation();
  const clear = useClear();
  const [fragment, setFragment] = useState('');
  if (tags.length === 0)
    return (
      <Empty description={t('tag.emptyForReaders')}>
        <Link to="/tags">{t('menu.tags')}</Link>
      </Empty>
    );
  const wanted = fragment.trim().toLowerCase();
  return (
    <>
      {tags.length >= MANY && (
        <Input
          allowClear={clear}
          aria-label={t('tag.find')}
          placeholder={t('tag.find')}
          value={fragment}
          onChange={(event) => setFragment(event.target.value)}
        />
      )}
      {byGroup(tags.filter(({ name }) => name.toLowerCase().includes(wanted))).map(([group, members]) => (
        <Flex key={group} vertical gap={6} role="group" aria-label={group || t('tag.noGroup')}>
          <Typography.Text type="secondary">{group || t('tag.noGroup')}</Typography.Text>
          <Flex gap={8} wrap>
            {members.map(({ id, name, color }) => (
              <Checkbox
                key={id}
                checked={chosen.includes(id)}
                onChange={(event) => onToggle(id, event.target.checked)}
              >
                <ColorTag name={name} color={color} />
              </Checkbox>
            ))}
          </Flex>
        </Flex>
      ))}
    </>
  );
}
