import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

/** A new password once more: nobody sees what they typed. `of` is the field that it repeats. */
export function RepeatedPassword({ of }: { of: string }) {
  const { t } = useTranslation();
  return (
    <Form.Item
      name="repeated"
      label={t('account.password.repeat')}
      dependencies={[of]}
      rules={[
        { required: true, message: t('form.required') },
        ({ getFieldValue }) => ({
          validator: (_, repeated: string) =>
            !repeated || repeated === getFieldValue(of)
              ? Promise.resolve()
              : Promise.reject(new Error(t('account.password.differs'))),
        }),
      ]}
    >
      <Input.Password autoComplete="new-password" />
    </Form.Item>
  );
}
