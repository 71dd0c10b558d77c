import { DownloadOutlined, InboxOutlined } from '@ant-design/icons';
import { Button, Card, Flex, Spin, Typography, Upload } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { Failure } from '../app/Failure';
import { useDownload } from './use-download';
import { useUploadImport } from './writes';

export function ImportUpload() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const upload = useUploadImport();
  const { download, busy } = useDownload();
  const send = (file: File) =>
    upload.mutate(file, { onSuccess: ({ id }) => void navigate(`/imports/${id}`) });
  return (
    <Card>
      <Flex vertical gap={12}>
        <Spin spinning={upload.isPending} description={t('import.uploading')}>
          <Upload.Dragger
            accept=".xlsx,.xls,.csv"
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
        <Flex justify="space-between" gap={8} wrap>
          <Typography.Text type="secondary">{t('import.steps')}</Typography.Text>
          <Button
            icon={<DownloadOutlined />}
            loading={busy}
            onClick={() => download({ kind: 'template' }, t('import.templateName'), t('import.template'))}
          >
            {t('import.template')}
          </Button>
        </Flex>
      </Flex>
    </Card>
  );
}
