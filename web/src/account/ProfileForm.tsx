import { useQuery } from '@tanstack/react-query';
import { App, Button, Flex, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../app/Failure';
import { forgetErrors } from '../form/field-errors';
import { changedFields, clean } from '../form/wire';
import { PictureField } from '../people/PictureField';
import { externalQuery } from '../session/external';
import { useMe } from '../session/me';
import { PROFILE_FIELDS, type ProfileValues, useSaveProfile } from './profile';
import { useFormErrors } from './use-form-errors';

/** What people keep of themselves. */
export function ProfileForm() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { user } = useMe();
  const [form] = Form.useForm<ProfileValues>();
  const external = useQuery(externalQuery);
  const save = useSaveProfile();
  const failure = useFormErrors(form, save.error);
  const submit = (values: ProfileValues) => {
    const mask = changedFields(values, user, PROFILE_FIELDS);
    const body = Object.fromEntries(
      mask.map((field) => [field, clean(values[field as keyof ProfileValues])]),
    );
    const saved = () => void message.success(t('account.profile.saved'));
    if (mask.length === 0) saved();
    else save.mutate({ user, body, mask }, { onSuccess: saved });
  };
  return (
    <Flex vertical gap={16}>
      <PictureField user={user} whose="mine" />
      <Form<ProfileValues>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={user}
        onValuesChange={(changed) => forgetErrors(form, changed)}
        onFinish={submit}
      >
        <Form.Item
          name="displayName"
          label={t('people.field.displayName')}
          rules={[{ required: true, whitespace: true, message: t('form.required') }]}
        >
          <Input autoComplete="name" />
        </Form.Item>
        <Form.Item
          name="email"
          label={t('people.field.email')}
          extra={external.data?.enabled && t('account.profile.emailKept')}
        >
          <Input inputMode="email" autoComplete="email" disabled={external.data?.enabled} />
        </Form.Item>
        <Form.Item name="phone" label={t('people.field.phone')}>
          <Input inputMode="tel" autoComplete="tel" />
        </Form.Item>
        {failure && (
          <div className="form-failure">
            <Failure {...failure} />
          </div>
        )}
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('action.save')}
        </Button>
      </Form>
    </Flex>
  );
}
