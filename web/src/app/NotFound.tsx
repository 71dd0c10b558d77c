import { Button, Empty, Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty
      className="centred"
      description={
        <Flex vertical align="center" gap={8}>
          <Typography.Title level={4}>{t('notFound.title')}</Typography.Title>
          <Typography.Text type="secondary">{t('notFound.explanation')}</Typography.Text>
        </Flex>
      }
    >
      <Link to="/customers">
        <Button type="primary">{t('notFound.toCustomers')}</Button>
      </Link>
    </Empty>
  );
}
