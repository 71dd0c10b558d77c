import { Col, Form, type FormInstance, Input, Radio, Row, Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { DictionarySelect } from '../dictionaries/DictionarySelect';
import { AmountInput } from '../form/numbers';
import { DayPicker } from '../form/pickers';
import { PhoneList } from '../form/PhoneList';
import { RegionPicker } from '../regions/RegionPicker';
import type { CustomerValues } from './customer-values';
import { useFieldAccess } from './field-access';
import { useFieldLabel } from './field-labels';

/** What is checked while one types is only what saves a round trip: the server knows all the rules. */
export function CustomerFields({ form }: { form: FormInstance<CustomerValues> }) {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const type = Form.useWatch('type', form);
  const { writes } = useFieldAccess();
  const required = { required: true, whitespace: true, message: t('form.required') };
  const phones = writes('phones');
  // What the role does not write stays in the form as it is.
  const field = (name: keyof CustomerValues, input: ReactNode, rules?: (typeof required)[]) => {
    return (
      <Form.Item name={name} label={label(name)} {...(writes(name) ? { rules } : { hidden: true })}>
        {input}
      </Form.Item>
    );
  };
  return (
    <>
      {field('name', <Input autoFocus />, [required])}
      {field(
        'type',
        <Radio.Group
          optionType="button"
          options={[
            { value: 'ENTERPRISE', label: t('customer.type.ENTERPRISE') },
            { value: 'INDIVIDUAL', label: t('customer.type.INDIVIDUAL') },
          ]}
        />,
      )}
      <div hidden={!phones}>
        <PhoneList label={label('phones')} required={phones} />
      </div>
      <Row gutter={16}>
        <Half>{field('level', <DictionarySelect dictionary="level" />)}</Half>
        <Half>{field('status', <DictionarySelect dictionary="status" />)}</Half>
        <Half>{field('industry', <DictionarySelect dictionary="industry" />)}</Half>
        <Half>{field('source', <DictionarySelect dictionary="source" />)}</Half>
        <Half>{field('email', <Input inputMode="email" />)}</Half>
        {type === 'INDIVIDUAL' ? (
          // It shows starred, so it is replaced as a whole.
          <Half>{field('idNumber', <Input maxLength={18} onFocus={({ target }) => target.select()} />)}</Half>
        ) : (
          <Half>{field('creditCode', <Input maxLength={18} />)}</Half>
        )}
        <Half>{field('regionCode', <RegionPicker />)}</Half>
        <Half>{field('homepage', <Input inputMode="url" />)}</Half>
      </Row>
      {field('address', <Input />)}
      <Row gutter={16}>
        <Half>{field('firstCooperationDate', <DayPicker />)}</Half>
        <Half>{field('cumulativeAmount', <AmountInput />)}</Half>
      </Row>
      {field(
        'cooperationProducts',
        <Select mode="tags" open={false} suffix={<span />} placeholder={t('customer.productsHint')} />,
      )}
      {field('remarks', <Input.TextArea autoSize={{ minRows: 3, maxRows: 10 }} />)}
    </>
  );
}

function Half({ children }: { children: ReactNode }) {
  return (
    <Col xs={24} sm={12}>
      {children}
    </Col>
  );
}
