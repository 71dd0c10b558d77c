import { Checkbox, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import type { DeadLetter } from '../api/types';
import { formatCount, formatMoment } from '../app/format';
import { Note } from '../app/text';
import { useOperationLabels } from '../log/operation-labels';
import { linesOf } from './payload';

interface LetterItemProps {
  letter: DeadLetter;
  chosen: boolean;
  onChoose: (on: boolean) => void;
}

export function LetterItem({ letter, chosen, onChoose }: LetterItemProps) {
  const { t } = useTranslation();
  const label = useOperationLabels();
  const { id, type, setAsideTime, deliveries, size, payload } = letter;
  // The broker may not say why.
  const reason = t(`delivery.reason.${letter.reason}`, { defaultValue: '' });
  const about = [
    formatMoment(setAsideTime),
    reason,
    deliveries > 0 && t('delivery.deliveries', { count: deliveries }),
    t('delivery.size', { formatted: formatCount(size) }),
  ];
  return (
    <li>
      <Checkbox checked={chosen} onChange={({ target }) => onChoose(target.checked)}>
        <strong>{type ? `${label.noun(type)} · ${label.verb(type)}` : t('delivery.noEvent')}</strong>
      </Checkbox>
      <Flex className="letter-about" vertical gap={2}>
        <Note>{about.filter(Boolean).join(' · ')}</Note>
        <code className="letter-id">{id}</code>
        {payload === undefined ? <Note>{t('delivery.unreadable')}</Note> : <Payload payload={payload} />}
      </Flex>
    </li>
  );
}

/** What the change says, closed at first. The browser opens and closes it. */
function Payload({ payload }: { payload: unknown }) {
  const { t } = useTranslation();
  return (
    <details>
      <summary>{t('delivery.content')}</summary>
      <dl className="letter-content">
        {linesOf(payload).map(([path, value]) => (
          <div key={path}>
            <dt>{path}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
