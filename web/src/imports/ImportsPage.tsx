import './imports.css';
import { Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { ImportList } from './ImportList';
import { ImportUpload } from './ImportUpload';

export default function ImportsPage() {
  const { t } = useTranslation();
  return (
    <Flex vertical gap={12}>
      <title>{`${t('import.title')} · CIMS`}</title>
      <Typography.Title level={4} className="page-title">
        {t('import.title')}
      </Typography.Title>
      <ImportUpload />
      <ImportList />
    </Flex>
  );
}
