import { Form, Input, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import type { TagGroup, TagGroupPatch } from '../api/types';
import { FormDrawer } from '../form/FormDrawer';
import { useSaveTagGroup } from './queries';

type TagGroupValues = TagGroupPatch & { name: string };

interface TagGroupFormProps {
  group?: TagGroup;
  onClose: () => void;
}

export default function TagGroupForm({ group, onClose }: TagGroupFormProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<TagGroupValues>();
  const save = useSaveTagGroup();
  return (
    <FormDrawer<TagGroupValues>
      title={group ? t('tag.renameTitle', { name: group.name }) : t('tag.createGroup')}
      form={form}
      initialValues={{ name: group?.name ?? '', exclusive: group?.exclusive ?? false }}
      onSave={({ name, exclusive }) =>
        save.mutate({ group, body: { name: name.trim(), exclusive } }, { onSuccess: onClose })
      }
      onClose={onClose}
      saving={save.isPending}
      error={save.error}
    >
      <Form.Item
        name="name"
        label={t('tag.field.group')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input autoFocus />
      </Form.Item>
      <Form.Item
        name="exclusive"
        valuePropName="checked"
        label={t('tag.exclusive')}
        extra={t('tag.exclusiveMeans')}
      >
        <Switch />
      </Form.Item>
    </FormDrawer>
  );
}
