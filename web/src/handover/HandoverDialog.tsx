import './handover.css';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Flex, Modal } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../api/problem';
import type { User } from '../api/types';
import { Failure } from '../app/Failure';
import { formatCount } from '../app/format';
import { followJob } from '../jobs/jobs';
import { ChoiceForm } from './ChoiceForm';
import { PastHandovers } from './PastHandovers';
import { Preview } from './Preview';
import { previewQuery, useCreateHandover } from './queries';
import { type Choice, isComplete, rulesOf } from './rules';

interface HandoverDialogProps {
  user: User;
  onClose: () => void;
}

/** Gives what somebody owns to others: by which rule, how much each would get, and what was handed over before. */
export default function HandoverDialog({ user, onClose }: HandoverDialogProps) {
  const { t } = useTranslation();
  const [choice, setChoice] = useState<Choice>({ way: 'all', lines: [], rest: [] });
  const rules = rulesOf(useDeferredValue(choice));
  const preview = useQuery({ ...previewQuery(user.id, rules), placeholderData: keepPreviousData });
  const create = useCreateHandover();
  const going = preview.data ? preview.data.total - preview.data.staying : 0;
  const error = create.error ?? preview.error;
  const submit = () =>
    create.mutate(
      { userId: user.id, rules: rulesOf(choice) },
      {
        onSuccess: ({ id }) => {
          followJob({ id, service: 'handovers', work: 'handOver', name: user.displayName });
          onClose();
        },
      },
    );
  return (
    <Modal
      open
      width={640}
      title={t('handover.title', { name: user.displayName })}
      okText={t('handover.start', { formatted: formatCount(going) })}
      okButtonProps={{ disabled: going === 0 || !isComplete(choice) || preview.isPlaceholderData }}
      cancelText={t('action.cancel')}
      confirmLoading={create.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <Flex vertical gap={16}>
        <ChoiceForm userId={user.id} choice={choice} onChange={setChoice} />
        {error && <Failure error={error} lines={problemOf(error).errors?.map(({ message }) => message)} />}
        {preview.data && <Preview preview={preview.data} />}
        <PastHandovers user={user} />
      </Flex>
    </Modal>
  );
}
