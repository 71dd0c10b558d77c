import { useQuery } from '@tanstack/react-query';
import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { User } from '../api/types';
import { DepartmentSelect } from '../departments/DepartmentSelect';
import { FormDrawer } from '../form/FormDrawer';
import { useClear } from '../form/clear';
import { changedFields, clean, same } from '../form/wire';
import { useRoleOptions } from '../roles/roles';
import { RolesOutcome } from '../roles/RolesOutcome';
import { ExternalIdentity } from './ExternalIdentity';
import { PictureField } from './PictureField';
import type { GivenPassword } from './PasswordDialog';
import { postsQuery, useCreatePerson, useSavePerson } from './queries';

const FIELDS = ['displayName', 'departmentId', 'postId', 'email', 'phone', 'roles'] as const;
type PersonValues = Pick<User, (typeof FIELDS)[number]> & { username?: string; password?: string };

interface PersonFormProps {
  user?: User;
  /** Where a new one begins. */
  departmentId?: string;
  onCreated: (given: GivenPassword) => void;
  /** What is saved at once, before the form is. */
  onChanged: (user: User) => void;
  /** Saved, in another department than before. */
  onMoved: (user: User) => void;
  onClose: () => void;
}

export default function PersonForm({
  user,
  departmentId = '',
  onCreated,
  onChanged,
  onMoved,
  onClose,
}: PersonFormProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<PersonValues>();
  const watched = Form.useWatch((values: Partial<PersonValues>) => values.roles, form);
  const roles = watched ?? user?.roles ?? [];
  const create = useCreatePerson();
  const save = useSavePerson();
  const initial: PersonValues = user ?? {
    displayName: '',
    departmentId,
    postId: '',
    email: '',
    phone: '',
    roles: [],
  };

  const submit = (values: PersonValues) => {
    const chosen = (fields: readonly string[]) =>
      Object.fromEntries(fields.map((field) => [field, clean(values[field as keyof PersonValues])]));
    if (user) {
      const mask = changedFields(values, initial, FIELDS);
      if (mask.length === 0) onClose();
      else
        save.mutate(
          { user, body: chosen(mask), mask },
          { onSuccess: mask.includes('departmentId') ? onMoved : onClose },
        );
      return;
    }
    const { username = '', displayName, password = '' } = values;
    const filled = FIELDS.filter((field) => values[field].length > 0);
    const body = { ...chosen(filled), username: username.trim(), displayName: displayName.trim() };
    create.mutate(
      { user: body, password },
      {
        onSuccess: (answer) => {
          onClose();
          if (answer.password)
            onCreated({ name: body.displayName, username: body.username, password: answer.password });
        },
      },
    );
  };

  return (
    <FormDrawer<PersonValues>
      title={user ? t('people.editTitle', { name: user.displayName }) : t('people.create')}
      form={form}
      initialValues={initial}
      onSave={submit}
      onClose={onClose}
      saving={create.isPending || save.isPending}
      error={create.error ?? save.error}
    >
      {user && (
        <Form.Item label={t('people.field.avatar')}>
          <PictureField user={user} whose={{ userId: user.id }} onSaved={onChanged} />
        </Form.Item>
      )}
      {!user && (
        <Form.Item
          name="username"
          label={t('people.field.username')}
          extra={t('people.usernameHint')}
          rules={[{ required: true, whitespace: true, message: t('form.required') }]}
        >
          <Input autoFocus autoComplete="off" />
        </Form.Item>
      )}
      <Form.Item
        name="displayName"
        label={t('people.field.displayName')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input autoFocus={user !== undefined} />
      </Form.Item>
      <Form.Item name="departmentId" label={t('people.field.departmentId')}>
        <DepartmentSelect />
      </Form.Item>
      <Form.Item name="postId" label={t('people.field.postId')}>
        <PostSelect />
      </Form.Item>
      <Form.Item name="roles" label={t('people.field.roles')} extra={t('people.rolesHint')}>
        <RolesSelect />
      </Form.Item>
      {user && !same(roles, user.roles) && <RolesOutcome userId={user.id} roles={roles} />}
      <Form.Item name="email" label={t('people.field.email')}>
        <Input inputMode="email" />
      </Form.Item>
      <Form.Item name="phone" label={t('people.field.phone')}>
        <Input inputMode="tel" />
      </Form.Item>
      {user && <ExternalIdentity userId={user.id} />}
      {!user && (
        <Form.Item name="password" label={t('people.firstPassword')} extra={t('people.firstPasswordHint')}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      )}
    </FormDrawer>
  );
}

interface FieldProps<Value> {
  id?: string;
  value?: Value;
  onChange?: (value: Value) => void;
}

function PostSelect({ id, value, onChange }: FieldProps<string>) {
  const { t } = useTranslation();
  const clear = useClear();
  const { data: posts = [] } = useQuery(postsQuery);
  return (
    <Select<string>
      id={id}
      allowClear={clear}
      showSearch={{ optionFilterProp: 'label' }}
      placeholder={t('form.choose')}
      value={value || undefined}
      options={posts.map((post) => ({ value: post.id, label: post.name }))}
      onChange={(chosen: string | undefined) => onChange?.(chosen ?? '')}
    />
  );
}

function RolesSelect({ id, value, onChange }: FieldProps<string[]>) {
  const { t } = useTranslation();
  return (
    <Select<string[]>
      id={id}
      mode="multiple"
      showSearch={{ optionFilterProp: 'label' }}
      placeholder={t('form.choose')}
      value={value}
      options={useRoleOptions()}
      onChange={onChange}
    />
  );
}
