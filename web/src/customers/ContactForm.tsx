import { Checkbox, Col, Form, Input, Row } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact, ContactInput, Customer } from '../api/types';
import { FormDrawer } from '../form/FormDrawer';
import { DayPicker } from '../form/pickers';
import { PhoneList } from '../form/PhoneList';
import { changedFields, clean } from '../form/wire';
import { useSaveContact } from './writes';

const FIELDS = ['name', 'salutation', 'position', 'phones', 'email', 'birthday', 'primary'] as const;
type ContactValues = Pick<ContactInput, (typeof FIELDS)[number]>;

interface ContactFormProps {
  customer: Customer;
  contact?: Contact;
  onClose: () => void;
}

export default function ContactForm({ customer, contact, onClose }: ContactFormProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<ContactValues>();
  const [base] = useState(contact);
  const save = useSaveContact(customer.id);
  const initial = base ? valuesOf(base) : { name: '', phones: [{ number: '', label: '' }], primary: false };

  const submit = (values: ContactValues) => {
    const phones = (values.phones ?? []).filter(({ number }) => number.trim() !== '');
    form.setFieldValue('phones', phones);
    const filled = { ...values, phones };
    const mask = changedFields(filled, base ? valuesOf(base) : ({} as ContactValues), FIELDS);
    if (base && mask.length === 0) {
      onClose();
      return;
    }
    const body = Object.fromEntries(
      Object.entries(filled)
        .filter(([field]) => mask.includes(field))
        .map(([field, value]) => [field, clean(value)]),
    ) as ContactInput;
    save.mutate({ id: base?.id, etag: base?.etag, body, mask }, { onSuccess: onClose });
  };

  return (
    <FormDrawer<ContactValues>
      title={contact ? t('contact.editTitle', { name: contact.name }) : t('contact.add')}
      form={form}
      initialValues={initial}
      onSave={submit}
      onClose={onClose}
      saving={save.isPending}
      error={save.error}
    >
      <Form.Item
        name="name"
        label={t('contact.field.name')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input autoFocus />
      </Form.Item>
      <Row gutter={16}>
        <Col xs={24} sm={12}>
          <Form.Item name="salutation" label={t('contact.field.salutation')}>
            <Input />
          </Form.Item>
        </Col>
        <Col xs={24} sm={12}>
          <Form.Item name="position" label={t('contact.field.position')}>
            <Input />
          </Form.Item>
        </Col>
      </Row>
      <PhoneList label={t('contact.field.phones')} />
      <Row gutter={16}>
        <Col xs={24} sm={12}>
          <Form.Item name="email" label={t('contact.field.email')}>
            <Input inputMode="email" />
          </Form.Item>
        </Col>
        <Col xs={24} sm={12}>
          <Form.Item name="birthday" label={t('contact.field.birthday')}>
            <DayPicker />
          </Form.Item>
        </Col>
      </Row>
      <Form.Item name="primary" valuePropName="checked">
        <Checkbox disabled={base?.primary}>{t('contact.field.primary')}</Checkbox>
      </Form.Item>
    </FormDrawer>
  );
}

function valuesOf({ name, salutation, position, phones, email, birthday, primary }: Contact): ContactValues {
  const plain = phones.map(({ number, label }) => ({ number, label }));
  return { name, salutation, position, phones: plain, email, birthday, primary };
}
