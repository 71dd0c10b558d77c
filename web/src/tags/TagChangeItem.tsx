import { useQuery } from '@tanstack/react-query';
import { Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { HistoryEntry } from '../api/types';
import { formatTime } from '../app/format';
import { ColorTag } from '../customers/cells';
import { PersonName } from '../people/PersonName';
import { useUserOf } from '../people/users';
import { tagsQuery } from './queries';

/** Which tags somebody put on and took off. */
export function TagChangeItem({ entry }: { entry: HistoryEntry }) {
  const { t } = useTranslation();
  const userOf = useUserOf();
  const { data: known = [] } = useQuery(tagsQuery);
  const before = entry.changes.flatMap(({ from }) => idsIn(from));
  const after = entry.changes.flatMap(({ to }) => idsIn(to));
  const parts = [
    ['timeline.tagged', after.filter((id) => !before.includes(id))],
    ['timeline.untagged', before.filter((id) => !after.includes(id))],
  ] as const;
  return (
    <Flex vertical>
      <Typography.Text type="secondary">
        {formatTime(entry.time)} · <PersonName user={userOf(entry.actorId)} nobody={t('history.system')} />
      </Typography.Text>
      {parts.map(
        ([verb, ids]) =>
          ids.length > 0 && (
            <Flex key={verb} gap={4} align="center" wrap>
              {t(verb)}
              {ids.map((id) => {
                const tag = known.find((candidate) => candidate.id === id);
                return <ColorTag key={id} name={tag?.name ?? t('app.nothing')} color={tag?.color ?? ''} />;
              })}
            </Flex>
          ),
      )}
    </Flex>
  );
}

function idsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
