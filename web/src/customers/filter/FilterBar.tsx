import { CloseOutlined, FilterOutlined } from '@ant-design/icons';
import { Button, Flex } from 'antd';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Filter, filterText } from './filters';
import { useFilterLabel } from './filter-label';
import { useSharedFilter } from './shared-filter';

const FilterPopover = lazy(() => import('./FilterPopover'));

interface FilterBarProps {
  filters: Filter[];
  onChange: (filters: Filter[]) => void;
}

/** What the list is narrowed to, each filter a chip to change or take off. */
export function FilterBar({ filters, onChange }: FilterBarProps) {
  const { t } = useTranslation();
  const [edited, setEdited] = useState<number>();
  const sharedFilter = useSharedFilter();
  const put = (position: number, filter: Filter) => {
    onChange(filters.toSpliced(position, 1, filter));
    setEdited(undefined);
  };
  const withPopover = (position: number, anchor: ReactNode) =>
    edited !== position ? (
      anchor
    ) : (
      <Suspense fallback={anchor}>
        <FilterPopover
          filter={filters[position]}
          onApply={(filter) => put(position, filter)}
          onClose={() => setEdited(undefined)}
        >
          {anchor}
        </FilterPopover>
      </Suspense>
    );
  return (
    <Flex gap={6} wrap align="center" role="group" aria-label={t('filter.title')}>
      {filters.map((filter, position) => (
        <span key={filterText(filter)}>
          {withPopover(
            position,
            <Chip
              filter={filter}
              onOpen={() => setEdited(position)}
              onRemove={() => onChange(filters.toSpliced(position, 1))}
            />,
          )}
        </span>
      ))}
      {withPopover(
        filters.length,
        <Button
          size="small"
          type="dashed"
          icon={<FilterOutlined />}
          onClick={() => setEdited(filters.length)}
        >
          {t('filter.add')}
        </Button>,
      )}
      {sharedFilter && !filters.some((filter) => filterText(filter) === filterText(sharedFilter)) && (
        <Button size="small" type="dashed" onClick={() => onChange([...filters, sharedFilter])}>
          {t('share.withMe')}
        </Button>
      )}
      {filters.length > 1 && (
        <Button size="small" type="link" onClick={() => onChange([])}>
          {t('filter.clear')}
        </Button>
      )}
    </Flex>
  );
}

interface ChipProps {
  filter: Filter;
  onOpen: () => void;
  onRemove: () => void;
}

function Chip({ filter, onOpen, onRemove }: ChipProps) {
  const { t } = useTranslation();
  const label = useFilterLabel(filter);
  return (
    <span className="filter-chip">
      <button type="button" title={label} onClick={onOpen}>
        {label}
      </button>
      <button type="button" aria-label={t('filter.remove', { filter: label })} onClick={onRemove}>
        <CloseOutlined />
      </button>
    </span>
  );
}
