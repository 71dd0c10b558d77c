import { useQuery } from '@tanstack/react-query';
import { Flex, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppliedTags, Customer, Tag } from '../api/types';
import { Failure } from '../app/Failure';
import { Loaded } from '../app/Loaded';
import { ColorTag } from '../customers/cells';
import { useUnsaved } from '../session/unsaved';
import { byGroup, tagsQuery, useSetCustomerTags } from './queries';

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
      <Loaded query={query} rows={2}>
        {(tags) => (
          <Flex vertical gap={12}>
            <Select
              mode="multiple"
              virtual={false}
              autoFocus
              className="full-width"
              aria-label={t('tag.choose')}
              placeholder={t('tag.chooseHint')}
              value={chosen}
              onChange={(ids: string[]) => {
                setChosen(ids);
                setDirty(true);
              }}
              showSearch={{ optionFilterProp: 'label' }}
              optionRender={({ value }) => <TagOption tag={tags.find(({ id }) => id === value)} />}
              options={byGroup(tags).map(([group, members]) => ({
                label: group || t('tag.noGroup'),
                options: members.map(({ id, name }) => ({ value: id, label: name })),
              }))}
            />
            {save.error && <Failure error={save.error} />}
          </Flex>
        )}
      </Loaded>
    </Modal>
  );
}

function TagOption({ tag }: { tag: Tag | undefined }) {
  return tag ? <ColorTag name={tag.name} color={tag.color} /> : null;
}
