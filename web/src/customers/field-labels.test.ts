import { renderHook } from '@testing-library/react';
import { beforeAll, describe, expect, it } from 'vitest';
import { speak } from '../app/language';
import messages from '../messages/zh-CN.json';
import { useChangedLabel } from './field-labels';

// In English a contact's name and a customer's are called the same.
beforeAll(async () => {
  await speak('zh-CN');
});

describe('useChangedLabel', () => {
  const label = (noun: string, field: string) =>
    renderHook(() => useChangedLabel()).result.current(noun, field);

  it('calls a field what the record that it is of calls it', () => {
    const { contact, customer, interaction, log, people, share } = messages;
    expect(contact.field.name).not.toBe(customer.field.name);
    expect(label('contact', 'name')).toBe(contact.field.name);
    expect(label('contact', 'primary')).toBe(contact.field.primary);
    expect(label('customer', 'name')).toBe(customer.field.name);
    expect(label('share', 'endDate')).toBe(share.field.endDate);
    expect(label('interaction', 'subject')).toBe(interaction.field.subject);
    expect(label('customerTags', 'tagIds')).toBe(log.field.tagIds);
    expect(label('user', 'username')).toBe(people.field.username);
  });

  it('names what somebody saw in full by its path', () => {
    expect(label('reveal', 'phones[0]')).toBe(messages.customer.field.phones);
    expect(label('reveal', 'contacts[c1].email')).toBe(
      `${messages.customer.field.contacts} · ${messages.contact.field.email}`,
    );
  });

  it('shows the code of what has no name', () => {
    expect(label('contact', 'shoeSize')).toBe('shoeSize');
  });
});
