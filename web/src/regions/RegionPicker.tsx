import { useQueries, useQueryClient } from '@tanstack/react-query';
import { Cascader } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Region } from '../api/types';
import { useClear } from '../form/clear';
import { regionPath, regionsQuery, useNameOf } from './regions';

interface Option {
  value: string;
  label: string;
  isLeaf: boolean;
  children?: Option[];
}

interface RegionPickerProps {
  id?: string;
  value?: string;
  onChange?: (code: string) => void;
  /** Where no label of a form names it. */
  label?: string;
  /** Open from the start, ready for the keyboard. */
  autoFocus?: boolean;
  onClosed?: () => void;
}

/** Chooses a province, a city or a district; each level is read when it is opened. */
export function RegionPicker(props: RegionPickerProps) {
  const { id, value = '', onChange, label, autoFocus = false, onClosed } = props;
  const { t } = useTranslation();
  const clear = useClear();
  const queryClient = useQueryClient();
  const nameOf = useNameOf();
  const [opened, setOpened] = useState<string[]>([]);
  const path = regionPath(value);
  const parents = [...new Set(['', ...path.slice(0, -1), ...opened])];
  const levels = useQueries({ queries: parents.map(regionsQuery) });
  const children = new Map(parents.map((parent, index) => [parent, levels[index]?.data]));

  const optionsOf = (parent: string, depth: number): Option[] | undefined =>
    children.get(parent)?.map((region: Region) => ({
      value: region.code,
      label: nameOf(region),
      isLeaf: depth === 2,
      children: optionsOf(region.code, depth + 1),
    }));

  return (
    <Cascader<Option>
      id={id}
      aria-label={label}
      className="full-width"
      autoFocus={autoFocus}
      defaultOpen={autoFocus}
      onOpenChange={(open) => {
        if (!open) onClosed?.();
      }}
      value={path.length > 0 ? path : undefined}
      options={optionsOf('', 0) ?? []}
      changeOnSelect
      allowClear={clear}
      placeholder={t('form.choose')}
      loadData={async (chosen) => {
        const last = chosen.at(-1);
        if (!last) return;
        await queryClient.query(regionsQuery(last.value)).catch(() => undefined);
        setOpened((before) => [...before, last.value]);
      }}
      onChange={(codes) => onChange?.((codes as string[] | undefined)?.at(-1) ?? '')}
    />
  );
}
