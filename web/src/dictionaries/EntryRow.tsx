import { ArrowDownOutlined, ArrowUpOutlined } from '@ant-design/icons';
import { Button, Flex, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Dictionary } from '../api/types';
import { useDangerQuestion } from '../app/danger-question';
import { useFailureDialog } from '../app/failure-dialog';
import { Note } from '../app/text';
import { useDeleteEntry, useReorderEntries, useRetireEntry } from './writes';

interface EntryRowProps {
  of: Dictionary;
  place: number;
  onRename: () => void;
}

export function EntryRow({ of, place, onRename }: EntryRowProps) {
  const { t, i18n } = useTranslation();
  const entry = of.items[place];
  if (!entry) return null;
  const { code, labelZh, labelEn, retired, recordCount = 0 } = entry;
  const [name, other] = i18n.language === 'en' ? [labelEn, labelZh] : [labelZh, labelEn];
  return (
    <li className="dictionary-entry">
      <Flex align="center" justify="space-between" gap={8} wrap>
        <Flex vertical>
          <Flex align="center" gap={8} wrap>
            <strong>{name}</strong>
            {retired && <Tag>{t('dictionary.retired')}</Tag>}
          </Flex>
          <Note>{`${other} · ${code} · ${t('dictionary.records', { count: recordCount })}`}</Note>
        </Flex>
        <Flex align="center" gap={4} wrap>
          <Mover of={of} place={place} name={name} />
          <Button size="small" type="link" onClick={onRename}>
            {t('dictionary.rename')}
          </Button>
          <Ending dictionary={of.code} entry={entry} name={name} />
        </Flex>
      </Flex>
    </li>
  );
}

function Mover({ of, place, name }: { of: Dictionary; place: number; name: string }) {
  const { t } = useTranslation();
  const showFailure = useFailureDialog();
  const reorder = useReorderEntries();
  const move = (by: -1 | 1, title: string) => {
    const codes = of.items.map(({ code }) => code);
    codes.splice(place + by, 0, ...codes.splice(place, 1));
    reorder.mutate({ dictionary: of.code, codes }, { onError: (error) => showFailure(title, error) });
  };
  const button = (by: -1 | 1, title: string) => (
    <Button
      size="small"
      type="text"
      icon={by < 0 ? <ArrowUpOutlined /> : <ArrowDownOutlined />}
      aria-label={title}
      title={title}
      disabled={reorder.isPending || !of.items[place + by]}
      onClick={() => move(by, title)}
    />
  );
  return (
    <>
      {button(-1, t('dictionary.up', { name }))}
      {button(1, t('dictionary.down', { name }))}
    </>
  );
}

interface EndingProps {
  dictionary: string;
  entry: Dictionary['items'][number];
  name: string;
}

/** Retires an entry, offers it again, or deletes one that no record has. */
function Ending({ dictionary, entry, name }: EndingProps) {
  const { t } = useTranslation();
  const ask = useDangerQuestion();
  const showFailure = useFailureDialog();
  const retire = useRetireEntry();
  const remove = useDeleteEntry();
  const { code, retired, recordCount: count = 0 } = entry;
  const askToRetire = () =>
    ask({
      title: t('dictionary.retireTitle', { name }),
      content: t('dictionary.retireMeans', { count }),
      okText: t('dictionary.retire'),
      act: () => retire.mutateAsync({ dictionary, code, retired: true }),
    });
  const askToDelete = () =>
    ask({
      title: t('dictionary.deleteTitle', { name }),
      content: t('dictionary.deleteMeans'),
      act: () => remove.mutateAsync({ dictionary, code }),
    });
  const unretire = () =>
    retire.mutate(
      { dictionary, code, retired: false },
      { onError: (error) => showFailure(t('dictionary.unretire'), error) },
    );
  return (
    <>
      <Button size="small" type="link" onClick={retired ? unretire : askToRetire}>
        {t(retired ? 'dictionary.unretire' : 'dictionary.retire')}
      </Button>
      {count === 0 && (
        <Button size="small" type="link" danger onClick={askToDelete}>
          {t('action.delete')}
        </Button>
      )}
    </>
  );
}
