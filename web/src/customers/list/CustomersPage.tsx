import { CloseOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Flex, Grid } from 'antd';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { CustomerRow } from '../../api/types';
import { useCommand } from '../../app/commands';
import { Loaded, Waiting } from '../../app/Loaded';
import { Stale } from '../../app/Stale';
import type { Sort } from '../../app/TableHead';
import { PageTitle } from '../../app/text';
import { useStable } from '../../app/use-stable';
import { useMay } from '../../session/me';
import { FilterBar } from '../filter/FilterBar';
import { customersQuery } from '../queries';
import { CustomerTable } from './CustomerTable';
import { type More, moreOf } from '../LoadMore';
import { NoCustomers } from './NoCustomers';
import { type Selection, useSelection } from './use-selection';
import { useCustomerView } from './view';

// What the first view of a wide screen does without; the form brings date picker and cascader.
const CustomerCards = lazy(() => import('./CustomerCards'));
const CustomerForm = lazy(() => import('../CustomerForm'));
const RecordPanel = lazy(() => import('../record/RecordPanel'));
const BulkBar = lazy(() => import('../bulk/BulkBar'));

export interface CustomerListProps {
  rows: CustomerRow[];
  more: More;
  sort?: Sort;
  onSort: (sort: Sort | undefined) => void;
  /** The record beside the list. */
  openId: string | undefined;
  onOpen: (id: string) => void;
  /** Absent where there is nothing to do with what is selected. */
  selection?: Selection;
}

const NO_ROWS: CustomerRow[] = [];

export default function CustomersPage() {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const wide = Grid.useBreakpoint().md ?? true;
  const { view, openId, creating, setCreating, ...change } = useCustomerView();
  const options = customersQuery(view);
  const query = useInfiniteQuery({ ...options, placeholderData: keepPreviousData });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.rows) ?? NO_ROWS, [query.data]);
  const selection = useSelection(view, rows);
  const [firstPage] = query.data?.pages ?? [];
  const total = firstPage?.totalSize;
  const more: More = {
    ...moreOf(query),
    total: total === undefined ? undefined : { size: total, capped: firstPage?.totalIsCapped ?? false },
    refresh:
      query.isStale && !query.isFetching
        ? () => void queryClient.resetQueries({ queryKey: options.queryKey })
        : undefined,
  };
  const open = useStable((id: string) => (wide ? change.open(id) : void navigate(`/customers/${id}`)));
  const create = () => setCreating(true);
  useCommand({
    key: 'customer.create',
    label: t('customer.create'),
    run: create,
    enabled: may('customer.create'),
  });
  const selects = wide && (may('tag.apply') || may('customer.assign'));
  const List = wide ? CustomerTable : CustomerCards;

  return (
    <Flex vertical gap={10} className="list-page">
      <title>{`${t('menu.customers')} · CIMS`}</title>
      <Flex align="center" gap={12} wrap>
        <PageTitle>{t('menu.customers')}</PageTitle>
        {view.query !== '' && (
          <span className="filter-chip">
            <span>{t('search.for', { query: view.query })}</span>
            <button type="button" aria-label={t('search.clear')} onClick={change.clearQuery}>
              <CloseOutlined />
            </button>
          </span>
        )}
        <Flex gap={8} className="push-end">
          {may('customer.read-bin') && (
            <Link to="/customers/bin">
              <Button icon={<DeleteOutlined />} aria-label={t('customer.bin')}>
                {wide && t('customer.bin')}
              </Button>
            </Link>
          )}
          {may('import.run') && wide && (
            <Link to="/imports">
              <Button>{t('menu.imports')}</Button>
            </Link>
          )}
          {may('customer.create') && (
            <Button type="primary" icon={<PlusOutlined />} onClick={create}>
              {t('customer.create')}
            </Button>
          )}
        </Flex>
      </Flex>
      <FilterBar filters={view.filters} onChange={change.setFilters} />
      <Stale pages={query.data?.pages ?? []} text={t('list.copiesMayBeStale')} />
      <Loaded query={query} rows={12}>
        {() =>
          rows.length === 0 ? (
            <NoCustomers view={view} onCreate={create} />
          ) : (
            <Suspense fallback={<Waiting />}>
              <List
                rows={rows}
                more={more}
                sort={view.sort}
                onSort={change.setSort}
                openId={openId}
                onOpen={open}
                selection={selects ? selection : undefined}
              />
            </Suspense>
          )
        }
      </Loaded>
      <Suspense fallback={null}>
        {selection.count > 0 && <BulkBar selection={selection} view={view} total={more.total} />}
        {openId && wide && <RecordPanel key={openId} id={openId} rows={rows} onOpen={change.open} />}
        {creating && <CustomerForm onClose={() => setCreating(false)} onSaved={({ id }) => open(id)} />}
      </Suspense>
    </Flex>
  );
}
