import { InboxOutlined } from '@ant-design/icons';
import { Card, Flex, Spin, Typography, Upload } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { Failure } from '../app/Failure';
import { useUploadImport } from './queries';

export default function ImportUploadPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const upload = useUploadImport();
  const send = (file: File) =>
    upload.mutate(file, { onSuccess: ({ id }) => void navigate(`/imports/${id}`) });
  return (
    <Flex vertical gap={12}>
      <Typography.Title level={4} className="page-title">
        {t('import.title')}
      </Typography.Title>
      <Card>
        <Flex vertical gap={16}>
          <Spin spinning={upload.isPending} description={t('import.uploading')}>
            <Upload.Dragger
              accept=".xlsx,.csv"
              multiple={false}
              showUploadList={false}
              disabled={upload.isPending}
              beforeUpload={(file) => {
                send(file);
                // The form is sent by ourselves, as every write is.
                return false;
              }}
            >
              <p className="ant-upload-drag-icon">
                <InboxOutlined />
              </p>
              <p className="ant-upload-text">{t('import.drop')}</p>
              <p className="ant-upload-hint">{t('import.dropHint')}</p>
            </Upload.Dragger>
          </Spin>
          {upload.error && <Failure error={upload.error} onRetry={() => send(upload.variables)} />}
          <Typography.Paragraph type="secondary" className="as-written">
            {t('import.steps')}
          </Typography.Paragraph>
        </Flex>
      </Card>
    </Flex>
  );
}
