import { DeleteOutlined, EditOutlined, PhoneOutlined, ShareAltOutlined } from '@ant-design/icons';
import { Button, Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../../api/types';
import { PageTitle } from '../../app/text';
import { useDictionaries } from '../../dictionaries/dictionaries';
import { SharingLine } from '../../shares/SharingLine';
import { CustomerTagBar } from '../../tags/CustomerTagBar';
import { LevelTag, StatusTag } from '../cells';

interface CustomerHeaderProps {
  customer: Customer;
  /** What may be done with it. */
  offers: Record<'interaction' | 'edit' | 'share' | 'delete', boolean>;
  onOpen: (what: 'interaction' | 'edit' | 'share' | 'delete') => void;
  /** With how many people it is shared. */
  shareCount: number;
}

export function CustomerHeader({ customer, offers, onOpen, shareCount }: CustomerHeaderProps) {
  const { t } = useTranslation();
  const { label } = useDictionaries();
  return (
    <Flex align="start" justify="space-between" gap={12} wrap className="record-head">
      <Flex vertical gap={6}>
        <Flex align="center" gap={8} wrap>
          <PageTitle>{customer.name}</PageTitle>
          <LevelTag level={customer.level} label={label('level', customer.level)} />
          <StatusTag status={customer.status} label={label('status', customer.status)} />
          <Typography.Text type="secondary" copyable={{ text: customer.code }}>
            {customer.code}
          </Typography.Text>
        </Flex>
        <SharingLine customer={customer} />
        <CustomerTagBar customer={customer} />
      </Flex>
      <Flex gap={8} wrap>
        {offers.interaction && (
          <Button type="primary" icon={<PhoneOutlined />} onClick={() => onOpen('interaction')}>
            {t('interaction.record')}
          </Button>
        )}
        {offers.edit && (
          <Button icon={<EditOutlined />} onClick={() => onOpen('edit')}>
            {t('action.edit')}
          </Button>
        )}
        {offers.share && (
          <Button icon={<ShareAltOutlined />} onClick={() => onOpen('share')}>
            {shareCount > 0 ? t('share.titleCount', { count: shareCount }) : t('share.title')}
          </Button>
        )}
        {offers.delete && (
          <Button danger icon={<DeleteOutlined />} onClick={() => onOpen('delete')}>
            {t('action.delete')}
          </Button>
        )}
      </Flex>
    </Flex>
  );
}
