import { useQuery } from '@tanstack/react-query';
import { App, Button, Checkbox, Drawer, Empty, Flex } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeadLetter, EventConsumer } from '../api/types';
import { useFailureDialog } from '../app/failure-dialog';
import { formatCount } from '../app/format';
import { Loaded } from '../app/Loaded';
import { Note } from '../app/text';
import { DropDialog } from './DropDialog';
import { useServiceName } from './labels';
import { LetterItem } from './LetterItem';
import { deadLettersQuery, useRequeueLetters } from './queries';

interface LettersDrawerProps {
  consumer: EventConsumer;
  onClose: () => void;
}

/** A consumer's dead letters, to be sent again or dropped. */
export default function LettersDrawer({ consumer, onClose }: LettersDrawerProps) {
  const { t } = useTranslation();
  const query = useQuery(deadLettersQuery(consumer));
  const title = t('delivery.lettersOf', { name: useServiceName()(consumer.name) });
  return (
    <Drawer open title={title} size={640} onClose={onClose}>
      <Loaded query={query} rows={4}>
        {(letters) =>
          letters.length === 0 ? (
            <Empty description={t('delivery.noLetters')} />
          ) : (
            <Letters consumer={consumer} letters={letters} />
          )
        }
      </Loaded>
    </Drawer>
  );
}

function Letters({ consumer, letters }: { consumer: EventConsumer; letters: DeadLetter[] }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string[]>([]);
  const [dropping, setDropping] = useState(false);
  const send = useSendAgain(consumer.name);
  // Messages without an id of their own share one when their content is the same.
  const all = [...new Set(letters.map(({ id }) => id))];
  const ids = chosen.filter((id) => all.includes(id));
  const choose = (id: string, on: boolean) => setChosen(on ? [...ids, id] : ids.filter((own) => own !== id));
  return (
    <Flex vertical gap={12}>
      <Note>{t('delivery.lettersExplanation')}</Note>
      <Flex align="center" gap={8} wrap>
        <Checkbox
          checked={ids.length === all.length}
          indeterminate={ids.length > 0 && ids.length < all.length}
          onChange={({ target }) => setChosen(target.checked ? all : [])}
        >
          {t('delivery.chosen', { formatted: formatCount(ids.length) })}
        </Checkbox>
        <Button
          type="primary"
          disabled={ids.length === 0}
          loading={send.isPending}
          onClick={() => send.again(ids)}
        >
          {t('delivery.sendAgain')}
        </Button>
        <Button danger disabled={ids.length === 0} onClick={() => setDropping(true)}>
          {t('delivery.drop')}
        </Button>
      </Flex>
      <ul className="plain-list" aria-label={t('delivery.dead')}>
        {letters.map((letter, place) => (
          <LetterItem
            key={`${letter.id} ${place}`}
            letter={letter}
            chosen={ids.includes(letter.id)}
            onChoose={(on) => choose(letter.id, on)}
          />
        ))}
      </ul>
      {(consumer.dead ?? 0) > letters.length && <Note>{t('delivery.more')}</Note>}
      {dropping && <DropDialog consumer={consumer.name} ids={ids} onClose={() => setDropping(false)} />}
    </Flex>
  );
}

function useSendAgain(consumer: string) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const showFailure = useFailureDialog();
  const requeue = useRequeueLetters();
  const again = (ids: string[]) =>
    requeue.mutate(
      { consumer, ids },
      {
        onSuccess: () =>
          void message.success(t('delivery.sentAgain', { formatted: formatCount(ids.length) })),
        onError: (error) => showFailure(t('delivery.sendAgain'), error),
      },
    );
  return { again, isPending: requeue.isPending };
}
