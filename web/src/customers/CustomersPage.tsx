import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Flex, Grid, Segmented, Tag, Typography } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { Loaded, Waiting } from '../app/Loaded';
import { useMay } from '../session/me';
import { CustomerTable } from './CustomerTable';
import { NoCustomers } from './NoCustomers';
import { customersQuery, type CustomerView } from './queries';

// What a wide screen does without, and the form, which brings date picker and cascader.
const CustomerCards = lazy(() => import('./CustomerCards'));
const CustomerForm = lazy(() => import('./CustomerForm'));

export default function CustomersPage() {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = useNavigate();
  const wide = Grid.useBreakpoint().md ?? true;
  const [parameters, setParameters] = useSearchParams();
  const [creating, setCreating] = useState(false);
  const view = viewOf(parameters);
  const query = useInfiniteQuery(customersQuery(view));
  const queryClient = useQueryClient();
  const refresh = () => void queryClient.resetQueries({ queryKey: customersQuery(view).queryKey });
  const more = {
    has: query.hasNextPage,
    loading: query.isFetchingNextPage,
    load: () => void query.fetchNextPage(),
    refresh: query.isStale && !query.isFetching ? refresh : undefined,
  };
  const List = wide ? CustomerTable : CustomerCards;

  return (
    <Flex vertical gap={12} className="list-page">
      <Flex align="center" gap={12} wrap>
        <Typography.Title level={4} className="page-title">
          {t('menu.customers')}
        </Typography.Title>
        {may('customer.restore') && view.kind !== 'search' && (
          <Segmented
            value={view.kind}
            onChange={(kind) => setParameters(kind === 'bin' ? { view: 'bin' } : {})}
            options={[
              { value: 'all', label: t('customer.all') },
              { value: 'bin', label: t('customer.bin'), icon: <DeleteOutlined /> },
            ]}
          />
        )}
        {view.kind === 'search' && (
          <Tag closable={{ 'aria-label': t('search.clear') }} onClose={() => void navigate('/customers')}>
            {t('search.for', { query: view.query })}
          </Tag>
        )}
        <Flex gap={8} className="push-end">
          {may('import.run') && wide && (
            <Link to="/imports">
              <Button>{t('menu.imports')}</Button>
            </Link>
          )}
          {may('customer.create') && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
              {t('customer.create')}
            </Button>
          )}
        </Flex>
      </Flex>
      <Loaded query={query} rows={12}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.rows);
          if (rows.length === 0) return <NoCustomers view={view} onCreate={() => setCreating(true)} />;
          return (
            <Suspense fallback={<Waiting />}>
              <List rows={rows} bin={view.kind === 'bin'} more={more} />
            </Suspense>
          );
        }}
      </Loaded>
      {creating && (
        <Suspense fallback={null}>
          <CustomerForm
            onClose={() => setCreating(false)}
            onSaved={({ id }) => {
              setCreating(false);
              void navigate(`/customers/${id}`);
            }}
          />
        </Suspense>
      )}
    </Flex>
  );
}

function viewOf(parameters: URLSearchParams): CustomerView {
  const query = parameters.get('q')?.trim();
  if (query) return { kind: 'search', query };
  return parameters.get('view') === 'bin' ? { kind: 'bin' } : { kind: 'all' };
}
