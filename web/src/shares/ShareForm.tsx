import { Form, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer, Share, ShareInput } from '../api/types';
import { FormDrawer } from '../form/FormDrawer';
import { DayPicker } from '../form/pickers';
import { changedFields } from '../form/wire';
import { PersonPicker } from '../people/PersonPicker';
import { useUserName } from '../people/users';
import { useSaveShare } from './writes';

type ShareValues = Required<Pick<ShareInput, 'userId' | 'access' | 'endDate'>>;
const CHANGEABLE = ['access', 'endDate'] as const;

interface ShareFormProps {
  customer: Customer;
  /** Absent: with somebody else. */
  share?: Share;
  onClose: () => void;
}

export function ShareForm({ customer, share, onClose }: ShareFormProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<ShareValues>();
  const [base] = useState(share);
  const save = useSaveShare(customer.id);
  const name = useUserName()(share?.userId ?? '') || t('share.nobody');

  const submit = (values: ShareValues) => {
    const mask = base ? changedFields(values, base, CHANGEABLE) : [];
    if (base && mask.length === 0) {
      onClose();
      return;
    }
    const body: ShareInput = { ...values, userId: base?.userId ?? values.userId };
    save.mutate({ share: base, body, mask }, { onSuccess: onClose });
  };
  return (
    <FormDrawer<ShareValues>
      title={share ? t('share.editTitle', { name }) : t('share.add')}
      form={form}
      initialValues={base ?? { access: 'READ', endDate: '' }}
      onSave={submit}
      onClose={onClose}
      saving={save.isPending}
      error={save.error}
    >
      {!share && (
        <Form.Item
          name="userId"
          label={t('share.field.userId')}
          rules={[{ required: true, message: t('form.choose') }]}
        >
          <PersonPicker />
        </Form.Item>
      )}
      <Form.Item name="access" label={t('share.field.access')}>
        <Radio.Group
          options={[
            { value: 'READ', label: t('share.access.READ') },
            { value: 'WRITE', label: t('share.access.WRITE') },
          ]}
        />
      </Form.Item>
      <Form.Item name="endDate" label={t('share.field.endDate')} extra={t('share.endHint')}>
        <DayPicker />
      </Form.Item>
    </FormDrawer>
  );
}
