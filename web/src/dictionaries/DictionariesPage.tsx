import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Flex, Menu, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Dictionary } from '../api/types';
import { Loaded } from '../app/Loaded';
import { PageTitle } from '../app/text';
import type messages from '../messages/zh-CN.json';
import { EntryForm } from './EntryForm';
import { EntryRow } from './EntryRow';
import { countedDictionariesQuery } from './writes';
import './dictionaries.css';

type DictionaryName = keyof (typeof messages)['dictionary']['name'];

/** What is being written: an entry's names, or a new entry. */
type Editing = { entry?: Dictionary['items'][number] } | undefined;

export default function DictionariesPage() {
  const { t } = useTranslation();
  const query = useQuery(countedDictionariesQuery);
  return (
    <Flex vertical gap={12}>
      <title>{`${t('dictionary.pageTitle')} · CIMS`}</title>
      <PageTitle>{t('dictionary.pageTitle')}</PageTitle>
      <Loaded query={query}>{(dictionaries) => <Chosen dictionaries={dictionaries} />}</Loaded>
    </Flex>
  );
}

function Chosen({ dictionaries }: { dictionaries: Dictionary[] }) {
  const { t } = useTranslation();
  const [code, setCode] = useState<string>();
  const chosen = dictionaries.find((own) => own.code === code) ?? dictionaries[0];
  if (!chosen) return null;
  const names = dictionaries.map((own) => ({ code: own.code, name: nameOf(own.code) }));
  function nameOf(dictionary: string) {
    return t(`dictionary.name.${dictionary as DictionaryName}`, { defaultValue: dictionary });
  }
  return (
    <div className="dictionaries">
      <Menu
        className="dictionaries-menu"
        selectedKeys={[chosen.code]}
        items={names.map(({ code: key, name }) => ({ key, label: name }))}
        onClick={({ key }) => setCode(key)}
      />
      <Select
        className="dictionaries-select"
        aria-label={t('dictionary.choose')}
        value={chosen.code}
        options={names.map(({ code: value, name }) => ({ value, label: name }))}
        onChange={setCode}
      />
      <Entries key={chosen.code} of={chosen} name={nameOf(chosen.code)} />
    </div>
  );
}

function Entries({ of, name }: { of: Dictionary; name: string }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState<Editing>();
  return (
    <section aria-label={name}>
      <Flex align="center" justify="space-between" gap={8}>
        <h2 className="dictionary-name">{name}</h2>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing({})}>
          {t('dictionary.create')}
        </Button>
      </Flex>
      <ol className="plain-list">
        {of.items.map((entry, place) => (
          <EntryRow key={entry.code} of={of} place={place} onRename={() => setEditing({ entry })} />
        ))}
      </ol>
      {editing && (
        <EntryForm dictionary={of.code} entry={editing.entry} onClose={() => setEditing(undefined)} />
      )}
    </section>
  );
}
