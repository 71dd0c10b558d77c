import { Button, Empty, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMay } from '../../session/me';
import type { CustomerView } from '../queries';

export function NoCustomers({ view, onCreate }: { view: CustomerView; onCreate: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  if (view.query !== '' || view.filters.length > 0)
    return (
      <Empty
        className="centred"
        description={view.filters.length > 0 ? t('filter.none') : t('search.nothing', { query: view.query })}
      >
        <Link to="/customers">
          <Button>{view.filters.length > 0 ? t('filter.clear') : t('search.clear')}</Button>
        </Link>
      </Empty>
    );
  return (
    <Empty className="centred" description={t('customer.empty')}>
      <Flex gap={8} justify="center">
        {may('customer.create') && (
          <Button type="primary" onClick={onCreate}>
            {t('customer.create')}
          </Button>
        )}
        {may('import.run') && (
          <Link to="/imports">
            <Button>{t('import.start')}</Button>
          </Link>
        )}
      </Flex>
    </Empty>
  );
}
