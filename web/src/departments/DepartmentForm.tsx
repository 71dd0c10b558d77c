import { Form, Input, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Department } from '../api/types';
import { FormDrawer } from '../form/FormDrawer';
import { useSaveDepartment } from './departments';
import { DepartmentSelect } from './DepartmentSelect';

interface DepartmentValues {
  name: string;
  parentId?: string;
  partner: boolean;
}

interface DepartmentFormProps {
  department?: Department;
  /** Below which a new one begins. */
  parentId?: string;
  onClose: () => void;
}

export default function DepartmentForm({ department, parentId = '', onClose }: DepartmentFormProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<DepartmentValues>();
  const save = useSaveDepartment();
  const submit = ({ name, parentId: above = '', partner }: DepartmentValues) => {
    const written = { name: name.trim(), kind: partner ? ('PARTNER' as const) : ('DEPARTMENT' as const) };
    const body = department ? written : { ...written, parentId: above };
    save.mutate({ department, body, mask: ['name', 'kind'] }, { onSuccess: onClose });
  };
  return (
    <FormDrawer<DepartmentValues>
      title={department ? t('department.editTitle', { name: department.name }) : t('department.create')}
      form={form}
      initialValues={{ name: department?.name ?? '', parentId, partner: department?.kind === 'PARTNER' }}
      onSave={submit}
      onClose={onClose}
      saving={save.isPending}
      error={save.error}
    >
      <Form.Item
        name="name"
        label={t('department.field.name')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input autoFocus />
      </Form.Item>
      {!department && (
        <Form.Item name="parentId" label={t('department.field.parentId')} extra={t('department.parentHint')}>
          <DepartmentSelect />
        </Form.Item>
      )}
      <Form.Item
        name="partner"
        valuePropName="checked"
        label={t('department.partner')}
        extra={t('department.partnerMeans')}
      >
        <Switch />
      </Form.Item>
    </FormDrawer>
  );
}
