import { Button, Flex, Popover, Select } from 'antd';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isComposing } from '../../app/shortcuts';
import { useFieldAccess } from '../field-access';
import { useFieldLabel } from '../field-labels';
import { FilterValue } from './FilterValue';
import {
  type Comparison,
  comparisonsOf,
  type Filter,
  FILTER_FIELDS,
  type FilterField,
  isComplete,
} from './filters';

const FIELDS = Object.keys(FILTER_FIELDS) as FilterField[];

interface FilterPopoverProps {
  /** Absent for a new one. */
  filter?: Filter;
  onApply: (filter: Filter) => void;
  onClose: () => void;
  children: ReactNode;
}

/** Where a filter is put together: field, comparison, value. */
export default function FilterPopover({ filter, onApply, onClose, children }: FilterPopoverProps) {
  const { t } = useTranslation();
  return (
    <Popover
      open
      trigger="click"
      placement="bottomLeft"
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      content={<Editor filter={filter} onApply={onApply} onClose={onClose} />}
      title={t('filter.title')}
    >
      {children}
    </Popover>
  );
}

function Editor({ filter, onApply, onClose }: Omit<FilterPopoverProps, 'children'>) {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const { sees } = useFieldAccess();
  const [draft, setDraft] = useState<Filter | undefined>(filter);
  const chooseField = (field: FilterField) =>
    setDraft({ field, op: comparisonsOf(field)[0] ?? 'empty', values: [] });
  const apply = () => {
    if (draft && isComplete(draft)) onApply(draft);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (isComposing(event.nativeEvent)) return;
    const inList = (event.target as HTMLElement).getAttribute('aria-expanded') === 'true';
    if (event.key === 'Escape' && !inList) onClose();
    if (event.key === 'Enter' && (!inList || event.ctrlKey || event.metaKey)) apply();
  };
  return (
    <Flex
      vertical
      gap={8}
      className="filter-editor"
      onKeyDown={onKeyDown}
      role="dialog"
      aria-label={t('filter.title')}
    >
      <Select<FilterField>
        autoFocus={!filter}
        defaultOpen={!filter}
        listHeight={420}
        aria-label={t('filter.field')}
        placeholder={t('filter.field')}
        showSearch={{ optionFilterProp: 'label' }}
        value={draft?.field}
        options={FIELDS.filter(sees).map((value) => ({ value, label: label(value) }))}
        onChange={chooseField}
      />
      {draft && (
        <>
          <Select<Comparison>
            aria-label={t('filter.comparison')}
            value={draft.op}
            options={comparisonsOf(draft.field).map((value) => ({ value, label: t(`filter.op.${value}`) }))}
            onChange={(op) => setDraft({ ...draft, op, values: [] })}
          />
          <FilterValue filter={draft} onChange={(values) => setDraft({ ...draft, values })} />
        </>
      )}
      <Flex justify="end" gap={8}>
        <Button size="small" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button size="small" type="primary" disabled={!draft || !isComplete(draft)} onClick={apply}>
          {t('filter.apply')}
        </Button>
      </Flex>
    </Flex>
  );
}
