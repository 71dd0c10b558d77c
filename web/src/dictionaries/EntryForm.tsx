import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Dictionary } from '../api/types';
import { FormDrawer } from '../form/FormDrawer';
import { useCreateEntry, useRenameEntry } from './writes';

interface EntryValues {
  code: string;
  labelZh: string;
  labelEn: string;
}

interface EntryFormProps {
  dictionary: string;
  entry?: Dictionary['items'][number];
  onClose: () => void;
}

export function EntryForm({ dictionary, entry, onClose }: EntryFormProps) {
  const { t, i18n } = useTranslation();
  const [form] = Form.useForm<EntryValues>();
  const create = useCreateEntry();
  const rename = useRenameEntry();
  const save = entry ? rename : create;
  const name = i18n.language === 'en' ? entry?.labelEn : entry?.labelZh;
  const required = { required: true, whitespace: true, message: t('form.required') };
  return (
    <FormDrawer<EntryValues>
      title={entry ? t('dictionary.renameTitle', { name }) : t('dictionary.create')}
      form={form}
      initialValues={{
        code: entry?.code ?? '',
        labelZh: entry?.labelZh ?? '',
        labelEn: entry?.labelEn ?? '',
      }}
      onSave={(values) => save.mutate({ dictionary, ...values }, { onSuccess: onClose })}
      onClose={onClose}
      saving={save.isPending}
      error={save.error}
    >
      <Form.Item name="labelZh" label={t('dictionary.field.labelZh')} rules={[required]}>
        <Input autoFocus maxLength={50} />
      </Form.Item>
      <Form.Item name="labelEn" label={t('dictionary.field.labelEn')} rules={[required]}>
        <Input maxLength={50} />
      </Form.Item>
      <Form.Item
        name="code"
        label={t('dictionary.field.code')}
        extra={t('dictionary.codeHint')}
        rules={[{ required: true, pattern: /^[a-z][a-z0-9_]*$/, message: t('dictionary.codeShape') }]}
      >
        <Input disabled={!!entry} maxLength={50} />
      </Form.Item>
    </FormDrawer>
  );
}
