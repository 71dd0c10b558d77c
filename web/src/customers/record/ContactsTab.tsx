import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Card, Empty, Flex, Tag, Typography } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact, Customer } from '../../api/types';
import { useDangerQuestion } from '../../app/danger-question';
import { Loaded } from '../../app/Loaded';
import { useMayEdit } from '../../shares/sharing';
import { PhoneLink } from '../cells';
import { contactsQuery } from '../queries';
import { useDeleteContact } from '../writes';
import { Revealable } from './Revealable';

const ContactForm = lazy(() => import('../ContactForm'));

export function ContactsTab({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const query = useQuery(contactsQuery(customer.id));
  const [editing, setEditing] = useState<Contact | 'new'>();
  const writable = useMayEdit(customer);
  const add = writable && (
    <Button icon={<PlusOutlined />} onClick={() => setEditing('new')}>
      {t('contact.add')}
    </Button>
  );
  return (
    <Loaded query={query}>
      {(contacts) => (
        <Flex vertical gap={8} align="stretch">
          {contacts.length === 0 ? (
            <Empty description={t('contact.empty')}>{add}</Empty>
          ) : (
            <>
              <div>{add}</div>
              {contacts.map((contact) => (
                <ContactCard
                  key={contact.id}
                  contact={contact}
                  writable={writable}
                  onEdit={() => setEditing(contact)}
                />
              ))}
            </>
          )}
          <Suspense fallback={null}>
            {editing && (
              <ContactForm
                customer={customer}
                contact={editing === 'new' ? undefined : editing}
                onClose={() => setEditing(undefined)}
              />
            )}
          </Suspense>
        </Flex>
      )}
    </Loaded>
  );
}

function ContactCard({
  contact,
  writable,
  onEdit,
}: {
  contact: Contact;
  writable: boolean;
  onEdit: () => void;
}) {
  const { t } = useTranslation();
  const ask = useDangerQuestion();
  const remove = useDeleteContact(contact.customerId);
  const askToDelete = () =>
    ask({
      title: t('contact.deleteTitle', { name: contact.name }),
      act: () => remove.mutateAsync(contact.id),
    });
  return (
    <Card size="small">
      <Flex justify="space-between" gap={8} wrap>
        <Flex gap={8} align="center" wrap>
          <Typography.Text strong>{contact.name}</Typography.Text>
          <Typography.Text type="secondary">
            {[contact.salutation, contact.position].filter(Boolean).join(' · ')}
          </Typography.Text>
          {contact.primary && <Tag color="blue">{t('contact.field.primary')}</Tag>}
        </Flex>
        {writable && (
          <Flex>
            <Button size="small" type="link" onClick={onEdit}>
              {t('action.edit')}
            </Button>
            <Button size="small" type="link" danger onClick={askToDelete}>
              {t('action.delete')}
            </Button>
          </Flex>
        )}
      </Flex>
      <Flex gap={16} wrap>
        {contact.phones.map(({ number, label }, place) => (
          <span key={number}>
            <Revealable
              customer={{ id: contact.customerId }}
              field={`contacts[${contact.id}].phones[${String(place)}]`}
              text={number}
            >
              {(shown) => <PhoneLink number={shown} />}
            </Revealable>{' '}
            <Typography.Text type="secondary">{label}</Typography.Text>
          </span>
        ))}
        {contact.email && (
          <Revealable
            customer={{ id: contact.customerId }}
            field={`contacts[${contact.id}].email`}
            text={contact.email}
          >
            {(shown) => <span>{shown}</span>}
          </Revealable>
        )}
        {contact.birthday && (
          <Typography.Text type="secondary">{t('contact.born', { day: contact.birthday })}</Typography.Text>
        )}
      </Flex>
    </Card>
  );
}
