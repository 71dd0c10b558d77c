import { Flex, Modal, Select, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../../api/types';
import { Failure } from '../../app/Failure';
import { formatCount } from '../../app/format';
import { followJob } from '../../jobs/jobs';
import { personOption } from '../../people/PersonOption';
import { useUserOptions } from '../../people/users';
import { useUndoMessage } from './undo-message';
import { type Target, useAssignCustomers } from './writes';

interface AssignDialogProps {
  target: Target;
  whom: string;
  /** Those that are selected by name, with the owners they have now. */
  customers: Customer[];
  onClose: (done: boolean) => void;
}

/** Gives many customers another owner. */
export default function AssignDialog({ target, whom, customers, onClose }: AssignDialogProps) {
  const { t } = useTranslation();
  const people = useUserOptions();
  const [ownerId, setOwnerId] = useState<string>();
  const assign = useAssignCustomers();
  const undo = useAssignCustomers();
  const say = useUndoMessage();
  const owner = people.find(({ value }) => value === ownerId);

  /** Back to whom each belonged. */
  const giveBack = async (changed: string[]) => {
    const before = customers.filter(({ id }) => changed.includes(id));
    for (const [previous, theirs] of Map.groupBy(before, (customer) => customer.ownerId))
      if (previous)
        await undo.mutateAsync({ ownerId: previous, target: { customerIds: theirs.map(({ id }) => id) } });
  };
  const submit = () => {
    if (!owner) return;
    assign.mutate(
      { ownerId: owner.value, target },
      {
        onSuccess: ({ changed, job }) => {
          if (job) followJob({ id: job.id, service: 'customers', work: 'assign', name: owner.label });
          else
            say({
              text: t('bulk.assigned', { changed: formatCount(changed.length), name: owner.label }),
              undo: changed.length > 0 ? () => giveBack(changed) : undefined,
            });
          onClose(true);
        },
      },
    );
  };
  return (
    <Modal
      open
      title={t('bulk.assignTitle', { customers: whom })}
      okText={t('bulk.assign')}
      okButtonProps={{ disabled: !owner }}
      cancelText={t('action.cancel')}
      confirmLoading={assign.isPending}
      onOk={submit}
      onCancel={() => onClose(false)}
    >
      <Flex vertical gap={12}>
        {assign.error && <Failure error={assign.error} lines={linesOf(assign.error.problem.errors)} />}
        <Select<string>
          autoFocus
          aria-label={t('bulk.chooseOwner')}
          placeholder={t('bulk.chooseOwner')}
          showSearch={{ optionFilterProp: 'label' }}
          value={ownerId}
          onChange={setOwnerId}
          options={people}
          optionRender={personOption}
        />
        {!('customerIds' in target) && <Typography.Text type="secondary">{t('bulk.behind')}</Typography.Text>}
      </Flex>
    </Modal>
  );
}

function linesOf(errors: { message: string }[] = []): string[] {
  return errors.map(({ message }) => message);
}
