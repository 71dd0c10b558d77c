import { Flex, Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../api/problem';
import { Failure } from '../app/Failure';
import { formatCount } from '../app/format';
import { useDropLetters } from './queries';

interface DropDialogProps {
  consumer: string;
  ids: string[];
  onClose: () => void;
}

/** Throws letters away for a reason, which the log keeps. */
export function DropDialog({ consumer, ids, onClose }: DropDialogProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ reason: string }>();
  const drop = useDropLetters();
  const submit = ({ reason }: { reason: string }) =>
    drop.mutate({ consumer, ids, reason: reason.trim() }, { onSuccess: onClose });
  return (
    <Modal
      open
      title={t('delivery.dropTitle', { formatted: formatCount(ids.length) })}
      okText={t('delivery.drop')}
      okButtonProps={{ danger: true }}
      cancelText={t('action.cancel')}
      confirmLoading={drop.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Flex vertical gap={12}>
        <span>{t('delivery.dropMeans')}</span>
        {drop.error && (
          <Failure error={drop.error} lines={problemOf(drop.error).errors?.map(({ message }) => message)} />
        )}
        <Form form={form} layout="vertical" requiredMark={false} onFinish={submit}>
          <Form.Item
            name="reason"
            label={t('delivery.reasonTitle')}
            rules={[{ required: true, whitespace: true, message: t('form.required') }]}
          >
            <Input autoFocus maxLength={200} />
          </Form.Item>
        </Form>
      </Flex>
    </Modal>
  );
}
