import { Button, Flex, Tag, Typography } from 'antd';
import dayjs from 'dayjs';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer, Interaction } from '../api/types';
import { useDangerQuestion } from '../app/danger-question';
import { formatTime } from '../app/format';
import { PersonName } from '../people/PersonName';
import { useUserOf } from '../people/users';
import { useMay, useMe } from '../session/me';
import { useDeleteInteraction } from './queries';

const InteractionForm = lazy(() => import('./InteractionForm'));

/** Contact records may be changed this long; an administrator is not bound by it. The server decides. */
const EDIT_WINDOW_HOURS = 24;

interface InteractionItemProps {
  interaction: Interaction;
  /** Absent while it is being read: the record then shows itself without what needs its customer. */
  customer: Customer | undefined;
}

export function InteractionItem({ interaction, customer }: InteractionItemProps) {
  const { t } = useTranslation();
  const userOf = useUserOf();
  const [editing, setEditing] = useState(false);
  const contact = customer?.contacts.find(({ id }) => id === interaction.contactId);
  const people = [...(contact ? [contact.name] : []), ...interaction.participants];
  return (
    <Flex vertical gap={2}>
      <Flex justify="space-between" gap={8} wrap>
        <Typography.Text type="secondary">
          {formatTime(interaction.occurTime)} · <PersonName user={userOf(interaction.authorId)} />
        </Typography.Text>
        {customer && (
          <Actions interaction={interaction} customer={customer} onEdit={() => setEditing(true)} />
        )}
      </Flex>
      <Flex gap={4} align="center" wrap>
        <Tag color="blue">{t(`interaction.method.${interaction.method}`)}</Tag>
        <Typography.Text strong>{interaction.subject}</Typography.Text>
        <PriorityTag priority={interaction.priority} />
      </Flex>
      {interaction.summary && <span className="as-written">{interaction.summary}</span>}
      {people.length > 0 && (
        <Typography.Text type="secondary">
          {t('interaction.with', { people: people.join(t('app.listSeparator')) })}
        </Typography.Text>
      )}
      {interaction.nextContactTime && (
        <span className="as-written">
          {t('interaction.next', { time: formatTime(interaction.nextContactTime) })}{' '}
          {interaction.nextContactPlan}
          {interaction.planDoneTime && <Tag color="green">{t('followUp.isDone')}</Tag>}
        </span>
      )}
      <Suspense fallback={null}>
        {editing && customer && (
          <InteractionForm customer={customer} interaction={interaction} onClose={() => setEditing(false)} />
        )}
      </Suspense>
    </Flex>
  );
}

export function PriorityTag({ priority }: { priority: Interaction['priority'] }) {
  const { t } = useTranslation();
  if (priority !== 'HIGH' && priority !== 'LOW') return null;
  return <Tag color={priority === 'HIGH' ? 'red' : undefined}>{t(`interaction.priority.${priority}`)}</Tag>;
}

function Actions({
  interaction,
  customer,
  onEdit,
}: {
  interaction: Interaction;
  customer: Customer;
  onEdit: () => void;
}) {
  const { t } = useTranslation();
  const may = useMay();
  const me = useMe();
  const ask = useDangerQuestion();
  const remove = useDeleteInteraction(customer.id);
  if (customer.deleteTime) return null;
  const inWindow = dayjs().diff(interaction.createTime, 'hour') < EDIT_WINDOW_HOURS;
  const unbound = me.user.roles.includes('administrator');
  const askToDelete = () =>
    ask({
      title: t('interaction.deleteTitle', { subject: interaction.subject }),
      act: () => remove.mutateAsync(interaction.id),
    });
  return (
    <Flex>
      {may('interaction.update', interaction.authorId) && (inWindow || unbound) && (
        <Button size="small" type="link" onClick={onEdit}>
          {t('action.edit')}
        </Button>
      )}
      {may('interaction.delete', customer.ownerId) && (
        <Button size="small" type="link" danger onClick={askToDelete}>
          {t('action.delete')}
        </Button>
      )}
    </Flex>
  );
}
