import { App, Col, Form, Input, Radio, Row, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer, Interaction, InteractionInput } from '../api/types';
import { CustomerPicker } from '../customers/CustomerPicker';
import { FormDrawer } from '../form/FormDrawer';
import { useClear } from '../form/clear';
import { MomentPicker } from '../form/pickers';
import { changedFields, clean } from '../form/wire';
import { useSaveInteraction } from './queries';

const FIELDS = [
  'contactId',
  'method',
  'subject',
  'summary',
  'occurTime',
  'participants',
  'nextContactTime',
  'nextContactPlan',
  'priority',
] as const;
type InteractionValues = Pick<InteractionInput, (typeof FIELDS)[number]> & {
  /** Asked for where nobody said it. */
  customer?: Customer;
};

const METHODS = ['PHONE', 'EMAIL', 'MEETING', 'WECHAT', 'OTHER'] as const;
const PRIORITIES = ['HIGH', 'NORMAL', 'LOW'] as const;
/** Times are absent rather than empty when they are unset. */
const TIMES = ['occurTime', 'nextContactTime'];

interface InteractionFormProps {
  /** Absent: the form asks whom the contact was with. */
  customer?: Customer;
  interaction?: Interaction;
  onClose: () => void;
}

export default function InteractionForm({ customer: given, interaction, onClose }: InteractionFormProps) {
  const { t } = useTranslation();
  const clear = useClear();
  const { message } = App.useApp();
  const [form] = Form.useForm<InteractionValues>();
  const [base] = useState(interaction);
  const [initial] = useState(() => (base ? valuesOf(base) : newInteraction()));
  const save = useSaveInteraction();
  const chosen = Form.useWatch('customer', form);
  const customer = given ?? chosen;
  const required = { required: true, whitespace: true, message: t('form.required') };

  const submit = (values: InteractionValues) => {
    const customerId = (given ?? values.customer)?.id;
    if (!customerId) return;
    const mask = changedFields(values, base ? valuesOf(base) : ({} as InteractionValues), FIELDS);
    if (base && mask.length === 0) {
      onClose();
      return;
    }
    const saved = () => {
      void message.success(t('interaction.saved'));
      onClose();
    };
    save.mutate({ customerId, interaction: base, body: bodyOf(values, mask), mask }, { onSuccess: saved });
  };

  return (
    <FormDrawer<InteractionValues>
      title={
        base
          ? t('interaction.editTitle')
          : given
            ? t('interaction.recordTitle', { name: given.name })
            : t('interaction.record')
      }
      form={form}
      initialValues={initial}
      onSave={submit}
      onClose={onClose}
      saving={save.isPending}
      error={save.error}
    >
      {!given && (
        <Form.Item
          name="customer"
          label={t('interaction.field.customerId')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <CustomerPicker />
        </Form.Item>
      )}
      <Form.Item name="method" label={t('interaction.field.method')} rules={[required]}>
        <Radio.Group
          optionType="button"
          options={METHODS.map((value) => ({ value, label: t(`interaction.method.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="subject" label={t('interaction.field.subject')} rules={[required]}>
        <Input autoFocus={given !== undefined} />
      </Form.Item>
      <Form.Item name="summary" label={t('interaction.field.summary')}>
        <Input.TextArea autoSize={{ minRows: 4, maxRows: 12 }} />
      </Form.Item>
      <Row gutter={16}>
        <Col xs={24} sm={12}>
          <Form.Item name="occurTime" label={t('interaction.field.occurTime')} rules={[required]}>
            <MomentPicker />
          </Form.Item>
        </Col>
        <Col xs={24} sm={12}>
          <Form.Item name="contactId" label={t('interaction.field.contactId')}>
            <Select
              allowClear={clear}
              placeholder={t('form.choose')}
              notFoundContent={t('contact.empty')}
              options={(customer?.contacts ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            />
          </Form.Item>
        </Col>
      </Row>
      <Form.Item name="participants" label={t('interaction.field.participants')}>
        <Select mode="tags" open={false} suffix={<span />} placeholder={t('interaction.participantsHint')} />
      </Form.Item>
      <Row gutter={16}>
        <Col xs={24} sm={12}>
          <Form.Item name="nextContactTime" label={t('interaction.field.nextContactTime')}>
            <MomentPicker />
          </Form.Item>
        </Col>
        <Col xs={24} sm={12}>
          <Form.Item name="priority" label={t('interaction.field.priority')}>
            <Radio.Group
              optionType="button"
              options={PRIORITIES.map((value) => ({ value, label: t(`interaction.priority.${value}`) }))}
            />
          </Form.Item>
        </Col>
      </Row>
      <Form.Item name="nextContactPlan" label={t('interaction.field.nextContactPlan')}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} />
      </Form.Item>
    </FormDrawer>
  );
}

function newInteraction(): InteractionValues {
  return { method: 'PHONE', subject: '', occurTime: new Date().toISOString(), priority: 'NORMAL' };
}

function valuesOf(interaction: Interaction): InteractionValues {
  const values = Object.fromEntries(FIELDS.map((field) => [field, interaction[field]]));
  return { ...(values as unknown as InteractionValues), contactId: interaction.contactId || undefined };
}

function bodyOf(values: InteractionValues, mask: string[]): InteractionInput {
  const entries = Object.entries(values)
    .filter(([field]) => mask.includes(field) && field !== 'customer')
    .map(([field, value]) => [field, clean(value)] as const)
    .filter(([field, value]) => !(TIMES.includes(field) && value === ''));
  return Object.fromEntries(entries) as InteractionInput;
}
