import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Flex, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

/** Several numbers, each with a word of explanation. */
export function PhoneList({ label, required = false }: { label: string; required?: boolean }) {
  const { t } = useTranslation();
  return (
    <Form.Item label={label} required={required} className="phone-list">
      <Form.List name="phones">
        {(fields, { add, remove }, { errors }) => (
          <Flex vertical gap={8}>
            {fields.map(({ key, name }) => (
              <Flex key={key} gap={8} align="start">
                <Form.Item name={[name, 'number']} className="phone-number">
                  <Input
                    inputMode="tel"
                    aria-label={t('phone.number', { position: name + 1 })}
                    placeholder={t('phone.numberHint')}
                  />
                </Form.Item>
                <Form.Item name={[name, 'label']} className="phone-label">
                  <Input
                    aria-label={t('phone.label', { position: name + 1 })}
                    placeholder={t('phone.labelHint')}
                  />
                </Form.Item>
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t('phone.remove', { position: name + 1 })}
                  onClick={() => remove(name)}
                />
              </Flex>
            ))}
            <Button type="dashed" icon={<PlusOutlined />} onClick={() => add({ number: '', label: '' })}>
              {t('phone.add')}
            </Button>
            <Form.ErrorList errors={errors} />
          </Flex>
        )}
      </Form.List>
    </Form.Item>
  );
}
