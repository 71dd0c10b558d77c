import { Button, Empty, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePages } from './pages';
import { Note, PageTitle } from './text';

export function NotFound() {
  const { t } = useTranslation();
  const [first] = usePages();
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
      {first && (
        <Link to={first.path}>
          <Button type="primary">{t('notFound.toPage', { page: first.label })}</Button>
        </Link>
      )}
    </Empty>
  );
}
