import { useQuery } from '@tanstack/react-query';
import { Flex, Modal, Select, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../app/Failure';
import { formatCount } from '../../app/format';
import { followJob } from '../../jobs/jobs';
import { byGroup, tagsQuery } from '../../tags/queries';
import { useUndoMessage } from './undo-message';
import { type Target, useApplyTag } from './writes';

interface TagDialogProps {
  target: Target;
  whom: string;
  remove: boolean;
  onClose: (done: boolean) => void;
}

/** Puts a tag on many customers, or takes it off. */
export default function TagDialog({ target, whom, remove, onClose }: TagDialogProps) {
  const { t } = useTranslation();
  const { data: tags = [], error: unread } = useQuery(tagsQuery);
  const [tagId, setTagId] = useState<string>();
  const apply = useApplyTag();
  const undo = useApplyTag();
  const say = useUndoMessage();
  const tag = tags.find(({ id }) => id === tagId);
  const error = apply.error ?? unread;

  const submit = () => {
    if (!tag) return;
    apply.mutate(
      { tagId: tag.id, remove, target },
      {
        onSuccess: ({ changed, job }) => {
          if (job) followJob({ id: job.id, service: 'tags', work: remove ? 'untag' : 'tag', name: tag.name });
          else
            say({
              text: t(remove ? 'bulk.untagged' : 'bulk.tagged', {
                changed: formatCount(changed.length),
                name: tag.name,
              }),
              undo:
                changed.length > 0
                  ? () =>
                      undo.mutateAsync({ tagId: tag.id, remove: !remove, target: { customerIds: changed } })
                  : undefined,
            });
          onClose(true);
        },
      },
    );
  };
  return (
    <Modal
      open
      title={t(remove ? 'bulk.untagTitle' : 'bulk.tagTitle', { customers: whom })}
      okText={t(remove ? 'bulk.untag' : 'bulk.tag')}
      okButtonProps={{ disabled: !tag }}
      cancelText={t('action.cancel')}
      confirmLoading={apply.isPending}
      onOk={submit}
      onCancel={() => onClose(false)}
    >
      <Flex vertical gap={12}>
        {error && <Failure error={error} />}
        <Select<string>
          autoFocus
          aria-label={t('bulk.chooseTag')}
          placeholder={t('bulk.chooseTag')}
          notFoundContent={t('tag.emptyForReaders')}
          showSearch={{ optionFilterProp: 'label' }}
          value={tagId}
          onChange={setTagId}
          options={byGroup(tags).map(([group, members]) => ({
            label: group || t('tag.noGroup'),
            options: members.map(({ id, name }) => ({ value: id, label: name })),
          }))}
        />
        {!('customerIds' in target) && <Typography.Text type="secondary">{t('bulk.behind')}</Typography.Text>}
      </Flex>
    </Modal>
  );
}
