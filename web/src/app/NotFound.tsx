import { Button, Empty, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Note, PageTitle } from './text';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty
      className="centred"
      description={
        <Flex vertical align="center" gap={8}>
          <PageTitle>{t('notFound.title')}</PageTitle>
          <Note>{t('notFound.explanation')}</Note>
        </Flex>
      }
    >
      <Link to="/customers">
        <Button type="primary">{t('notFound.toCustomers')}</Button>
      </Link>
    </Empty>
  );
}
