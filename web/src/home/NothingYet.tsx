import { Button, Card, Empty, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMay } from '../session/me';

/** No customers: the ways to the first ones. */
export function NothingYet() {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <Card>
      <Empty description={t('home.empty')}>
        <Flex gap={8} justify="center">
          <Link to="/customers">
            <Button>{t('menu.customers')}</Button>
          </Link>
          {may('import.run') && (
            <Link to="/imports">
              <Button type="primary">{t('import.start')}</Button>
            </Link>
          )}
        </Flex>
      </Empty>
    </Card>
  );
}
