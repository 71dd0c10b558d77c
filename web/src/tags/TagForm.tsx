import { AutoComplete, ColorPicker, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Tag, TagInput } from '../api/types';
import { FormDrawer } from '../form/FormDrawer';
import { changedFields, clean } from '../form/wire';
import { useSaveTag } from './queries';

const FIELDS = ['name', 'group', 'color'] as const;
type TagValues = Pick<TagInput, (typeof FIELDS)[number]>;

const COLORS = [
  '#8c8c8c',
  '#f5222d',
  '#fa8c16',
  '#fadb14',
  '#52c41a',
  '#13c2c2',
  '#1677ff',
  '#722ed1',
  '#eb2f96',
];

interface TagFormProps {
  tag?: Tag;
  /** In which group a new one begins. */
  group?: string;
  groups: string[];
  onClose: () => void;
}

export default function TagForm({ tag, group = '', groups, onClose }: TagFormProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<TagValues>();
  const save = useSaveTag();
  const initial: TagValues = tag
    ? { name: tag.name, group: tag.group, color: tag.color || COLORS[0] }
    : { name: '', group, color: COLORS[6] };

  const submit = (values: TagValues) => {
    const mask = changedFields(values, tag ?? ({} as TagValues), FIELDS);
    if (tag && mask.length === 0) {
      onClose();
      return;
    }
    const chosen = mask.map((field) => [field, clean(values[field as keyof TagValues])]);
    save.mutate({ tag, body: Object.fromEntries(chosen) as TagInput, mask }, { onSuccess: onClose });
  };

  return (
    <FormDrawer<TagValues>
      title={tag ? t('tag.editTitle', { name: tag.name }) : t('tag.create')}
      form={form}
      initialValues={initial}
      onSave={submit}
      onClose={onClose}
      saving={save.isPending}
      error={save.error}
    >
      <Form.Item
        name="name"
        label={t('tag.field.name')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input autoFocus />
      </Form.Item>
      <Form.Item name="group" label={t('tag.field.group')} extra={t('tag.groupHint')}>
        <AutoComplete options={groups.map((value) => ({ value }))} showSearch={{ filterOption: true }} />
      </Form.Item>
      <Form.Item name="color" label={t('tag.field.color')}>
        <ColorField />
      </Form.Item>
    </FormDrawer>
  );
}

function ColorField({ value, onChange }: { value?: string; onChange?: (color: string) => void }) {
  const { t } = useTranslation();
  return (
    <ColorPicker
      value={value}
      disabledAlpha
      format="hex"
      presets={[{ label: t('tag.colors'), colors: COLORS }]}
      onChange={(color) => onChange?.(color.toHexString())}
    />
  );
}
