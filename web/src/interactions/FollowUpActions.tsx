import { CheckOutlined, ClockCircleOutlined, FormOutlined } from '@ant-design/icons';
import { App, Button, Dropdown, Flex, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FollowUp } from '../api/types';
import { useFailureDialog } from '../app/failure-dialog';
import { formatShortTime } from '../app/format';
import { MomentPicker } from '../form/pickers';
import { useMay, useMayWrite } from '../session/me';
import { useCompleteFollowUp, useSnoozeFollowUp } from './queries';
import { useRecordContact } from './record-contact';
import { type SnoozeChoice, snoozedTo, SNOOZES } from './snooze';

/** What one does with a planned contact: write down that it took place, put it off, or strike it out. */
export function FollowUpActions({ followUp, name }: { followUp: FollowUp; name: string }) {
  const { t } = useTranslation();
  const may = useMay();
  const plans = useMayWrite()('interaction.nextContactTime');
  const record = useRecordContact();
  const { snooze, complete, busy } = useActions(followUp);
  const [choosing, setChoosing] = useState(false);
  if (!may('interaction.create', followUp.ownerId)) return null;

  const choose = (key: SnoozeChoice | 'OWN') => {
    if (key === 'OWN') setChoosing(true);
    else snooze(snoozedTo(key, followUp.dueTime).toISOString());
  };
  const times = SNOOZES.map((key) => ({
    key,
    label: t(`followUp.snooze.${key}`),
    extra: formatShortTime(snoozedTo(key, followUp.dueTime).toISOString()),
  }));
  return (
    <Flex className="follow-up-actions" gap={2}>
      <Button
        size="small"
        type="text"
        icon={<FormOutlined />}
        aria-label={t('followUp.recordOf', { name })}
        title={t('interaction.record')}
        onClick={() => record({ customerId: followUp.customerId })}
      />
      {plans && (
        <>
          <Dropdown
            trigger={['click']}
            menu={{
              items: [...times, { key: 'OWN', label: t('followUp.snooze.OWN') }],
              onClick: ({ key }) => choose(key as SnoozeChoice | 'OWN'),
            }}
          >
            <Button
              size="small"
              type="text"
              icon={<ClockCircleOutlined />}
              aria-label={t('followUp.snoozeOf', { name })}
              title={t('followUp.snoozeTitle')}
              disabled={busy}
            />
          </Dropdown>
          <Button
            size="small"
            type="text"
            icon={<CheckOutlined />}
            aria-label={t('followUp.doneOf', { name })}
            title={t('followUp.done')}
            disabled={busy}
            onClick={complete}
          />
        </>
      )}
      {choosing && (
        <OwnTime
          first={snoozedTo('TOMORROW', followUp.dueTime).toISOString()}
          onChosen={snooze}
          onClose={() => setChoosing(false)}
        />
      )}
    </Flex>
  );
}

function useActions({ customerId }: FollowUp) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const showFailure = useFailureDialog();
  const putOff = useSnoozeFollowUp();
  const done = useCompleteFollowUp();
  return {
    busy: putOff.isPending || done.isPending,
    snooze: (dueTime: string) =>
      putOff.mutate(
        { customerId, dueTime },
        {
          onSuccess: () => void message.success(t('followUp.snoozed', { time: formatShortTime(dueTime) })),
          onError: (error) => showFailure(t('followUp.snoozeTitle'), error),
        },
      ),
    complete: () =>
      done.mutate(customerId, {
        onSuccess: () => void message.success(t('followUp.completed')),
        onError: (error) => showFailure(t('followUp.done'), error),
      }),
  };
}

interface OwnTimeProps {
  first: string;
  onChosen: (time: string) => void;
  onClose: () => void;
}

function OwnTime({ first, onChosen, onClose }: OwnTimeProps) {
  const { t } = useTranslation();
  const [time, setTime] = useState(first);
  return (
    <Modal
      open
      width={360}
      title={t('followUp.snoozeTitle')}
      okText={t('action.save')}
      cancelText={t('action.cancel')}
      okButtonProps={{ disabled: time === '' }}
      onCancel={onClose}
      onOk={() => {
        onChosen(time);
        onClose();
      }}
    >
      <MomentPicker value={time} onChange={setTime} label={t('followUp.snoozeTitle')} />
    </Modal>
  );
}
