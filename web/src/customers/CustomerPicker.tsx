import { useQuery } from '@tanstack/react-query';
import { Flex, Select, Typography } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../api/types';
import { useClear } from '../form/clear';
import { MatchReasons } from './MatchReasons';
import { suggestionsQuery } from './queries';

const PAUSE_MS = 200;

interface CustomerPickerProps {
  id?: string;
  value?: Customer;
  onChange?: (customer: Customer | undefined) => void;
}

/** Finds one customer while one types, as the quick search does. */
export function CustomerPicker({ id, value, onChange }: CustomerPickerProps) {
  const { t } = useTranslation();
  const clear = useClear();
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const { data, isFetching } = useQuery({ ...suggestionsQuery(asked), enabled: asked !== '' });
  const found = asked === '' ? [] : (data?.results ?? []);
  return (
    <Select
      id={id}
      className="full-width"
      showSearch={{ filterOption: false, onSearch: setText }}
      allowClear={clear}
      autoFocus
      loading={isFetching}
      placeholder={t('search.customerHint')}
      notFoundContent={asked === '' ? null : t('search.nothing', { query: asked })}
      value={value && { value: value.id, label: value.name }}
      labelInValue
      onChange={(chosen: { value: string; label: string } | undefined) =>
        onChange?.(found.find(({ customer }) => customer.id === chosen?.value)?.customer)
      }
      options={found.map(({ customer, reasons }) => ({
        value: customer.id,
        label: customer.name,
        reasons,
      }))}
      optionRender={({ data: { label, reasons } }) => (
        <Flex justify="space-between" gap={8}>
          <Typography.Text ellipsis>{label}</Typography.Text>
          <MatchReasons reasons={reasons} />
        </Flex>
      )}
    />
  );
}
