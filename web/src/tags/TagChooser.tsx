import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Flex, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../api/problem';
import type { AppliedTags, Customer } from '../api/types';
import { Failure } from '../app/Failure';
import { Loaded } from '../app/Loaded';
import { ColorTag } from '../customers/cells';
import { useUnsaved } from '../session/unsaved';
import { byGroup, customerTagsQuery, tagsQuery, useSetCustomerTags } from './queries';

interface TagChooserProps {
  customer: Customer;
  applied: AppliedTags;
  onClose: () => void;
}

export default function TagChooser({ customer, applied, onClose }: TagChooserProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const query = useQuery(tagsQuery);
  const [chosen, setChosen] = useState(() => applied.tags.map(({ tag }) => tag.id));
  const [etag, setEtag] = useState(applied.etag);
  const [dirty, setDirty] = useState(false);
  const save = useSetCustomerTags(customer.id);
  useUnsaved(dirty);

  const submit = () =>
    save.mutate(
      { tagIds: chosen, etag },
      {
        onSuccess: onClose,
        onError: (error) => {
          if (problemOf(error).status !== 412) return;
          // Somebody else changed the tags: read them again; the choice stays, and the next save is on purpose.
          void queryClient
            .fetchQuery({ ...customerTagsQuery(customer.id), staleTime: 0 })
            .then((newest) => setEtag(newest.etag), () => undefined);
        },
      },
    );
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
              autoFocus
              className="full-width"
              aria-label={t('tag.choose')}
              placeholder={t('tag.chooseHint')}
              value={chosen}
              onChange={(ids: string[]) => {
                setChosen(ids);
                setDirty(true);
              }}
              showSearch={{ optionFilterProp: 'name' }}
              optionRender={({ data }) => <ColorTag name={data.name} color={data.color} />}
              options={byGroup(tags).map(([group, members]) => ({
                label: group || t('tag.noGroup'),
                options: members.map(({ id, name, color }) => ({ value: id, label: name, name, color })),
              }))}
            />
            {save.error && <Failure error={save.error} />}
          </Flex>
        )}
      </Loaded>
    </Modal>
  );
}
