import { Checkbox, DatePicker, Form, Input, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { FormDrawer } from '../form/FormDrawer';
import { useMe } from '../session/me';
import { useRoleName } from '../roles/roles';
import { useCreateApiKey } from './api-keys';

interface Values {
  name: string;
  roles: string[];
  readOnly: boolean;
  expireTime: Dayjs;
}

const DEFAULT_DAYS = 90;
const MOST_DAYS = 365;

export function ApiKeyForm({ onClose, onMade }: { onClose: () => void; onMade: (key: string) => void }) {
  const { t } = useTranslation();
  const { user } = useMe();
  const roleName = useRoleName();
  const [form] = Form.useForm<Values>();
  const create = useCreateApiKey();
  const required = { required: true, message: t('form.required') };
  return (
    <FormDrawer<Values>
      title={t('account.key.create')}
      form={form}
      initialValues={{
        roles: user.roles,
        readOnly: true,
        expireTime: dayjs().add(DEFAULT_DAYS, 'day').endOf('day'),
      }}
      onSave={({ name, roles, readOnly, expireTime }) =>
        create.mutate(
          { name: name.trim(), roles, readOnly, expireTime: expireTime.toISOString() },
          { onSuccess: ({ key }) => onMade(key) },
        )
      }
      onClose={onClose}
      saving={create.isPending}
      error={create.error}
    >
      <Form.Item name="name" label={t('account.key.name')} rules={[{ ...required, whitespace: true }]}>
        <Input autoFocus placeholder={t('account.key.nameHint')} />
      </Form.Item>
      <Form.Item name="roles" label={t('account.key.roles')} rules={[required]}>
        <Select
          mode="multiple"
          options={user.roles.map((role) => ({ value: role, label: roleName(role) }))}
        />
      </Form.Item>
      <Form.Item name="readOnly" valuePropName="checked">
        <Checkbox>{t('account.key.readOnlyMeans')}</Checkbox>
      </Form.Item>
      <Form.Item name="expireTime" label={t('account.key.expires')} rules={[required]}>
        <DatePicker minDate={dayjs().add(1, 'day')} maxDate={dayjs().add(MOST_DAYS, 'day')} />
      </Form.Item>
    </FormDrawer>
  );
}
