import './imports.css';
import { Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '../app/text';
import { ImportList } from './ImportList';
import { ImportUpload } from './ImportUpload';

export default function ImportsPage() {
  const { t } = useTranslation();
  return (
    <Flex vertical gap={12}>
      <title>{`${t('import.title')} · CIMS`}</title>
      <PageTitle>{t('import.title')}</PageTitle>
      <ImportUpload />
      <ImportList />
    </Flex>
  );
}
