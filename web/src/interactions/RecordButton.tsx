import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMay } from '../session/me';
import { type ContactTarget, useRecordContact } from './record-contact';

/** Opens the entry of a contact record, where one may write one. */
export function RecordButton({ target }: { target?: ContactTarget }) {
  const { t } = useTranslation();
  const may = useMay();
  const record = useRecordContact();
  if (!may('interaction.create')) return null;
  return (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => record(target)}>
      {t('interaction.record')}
    </Button>
  );
}
