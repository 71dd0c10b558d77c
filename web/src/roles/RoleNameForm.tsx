import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Role } from '../api/types';
import { FormDrawer } from '../form/FormDrawer';
import { useCopyRole, useCreateRole, useLabelOf } from './roles';

interface RoleNames {
  labelZh: string;
  labelEn: string;
}

interface RoleNameFormProps {
  /** What the new one begins with; nothing when absent. */
  original?: Role;
  onMade: (code: string) => void;
  onClose: () => void;
}

/** A new role is named first; what it grants is written on its own page. */
export default function RoleNameForm({ original, onMade, onClose }: RoleNameFormProps) {
  const { t } = useTranslation();
  const labelOf = useLabelOf();
  const [form] = Form.useForm<RoleNames>();
  const create = useCreateRole();
  const copy = useCopyRole();
  const submit = ({ labelZh, labelEn }: RoleNames) => {
    const names = { labelZh: labelZh.trim(), labelEn: labelEn.trim() };
    const then = { onSuccess: ({ code }: { code: string }) => onMade(code) };
    if (original) copy.mutate({ code: original.code, ...names }, then);
    else create.mutate(names, then);
  };
  return (
    <FormDrawer<RoleNames>
      title={original ? t('role.copyTitle', { name: labelOf(original) }) : t('role.create')}
      form={form}
      initialValues={{ labelZh: '', labelEn: '' }}
      onSave={submit}
      onClose={onClose}
      saving={create.isPending || copy.isPending}
      error={create.error ?? copy.error}
    >
      <Form.Item
        name="labelZh"
        label={t('role.field.labelZh')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input autoFocus maxLength={50} />
      </Form.Item>
      <Form.Item name="labelEn" label={t('role.field.labelEn')} extra={t('role.labelEnHint')}>
        <Input maxLength={50} />
      </Form.Item>
    </FormDrawer>
  );
}
