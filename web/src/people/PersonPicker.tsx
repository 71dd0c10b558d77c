import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import { useUserName } from './users';

const SHOWN = 50;

interface PersonPickerProps {
  id?: string;
  value?: string;
  onChange?: (id: string) => void;
}

/** One person, found by name, its pinyin or initials, or by username. */
export function PersonPicker({ id, value, onChange }: PersonPickerProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const query = useDeferredValue(typed.trim());
  const { data = [], isFetching } = useQuery({
    queryKey: [...keys.users, 'found', query],
    queryFn: async ({ signal }) => {
      const params = { query: { query, pageSize: SHOWN } };
      return (await answer(api.GET('/v1/users', { params, signal }))).users;
    },
    placeholderData: (before) => before,
  });
  const userName = useUserName();
  const found = data.map((user) => ({ value: user.id, label: user.displayName }));
  // The chosen one keeps its name while another is looked for.
  const missing = value && !found.some((option) => option.value === value);
  return (
    <Select<string>
      id={id}
      className="full-width"
      showSearch={{ filterOption: false, onSearch: setTyped }}
      loading={isFetching}
      placeholder={t('share.choose')}
      value={value}
      options={missing ? [...found, { value, label: userName(value) || value }] : found}
      onChange={onChange}
    />
  );
}
