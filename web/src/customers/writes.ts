import { useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { ContactInput, CustomerInput } from '../api/types';
import { useWrite } from '../api/use-write';
import { putIntoLists } from './written';

export interface CustomerSave {
  /** Absent for a new customer. */
  id?: string;
  etag?: string;
  body: CustomerInput;
  /** Which fields of the body count. */
  mask: string[];
  allowDuplicate: boolean;
}

export function useSaveCustomer() {
  const queryClient = useQueryClient();
  return useWrite(
    ({ id, etag, body, mask, allowDuplicate }: CustomerSave, write) => {
      const headers = {
        ...write,
        ...(etag && { 'If-Match': etag }),
        ...(allowDuplicate && { 'X-Allow-Duplicate': 'true' }),
      };
      if (id === undefined) return answer(api.POST('/v1/customers', { body, headers }));
      const params = { path: { id }, query: { updateMask: mask.join(',') } };
      return answer(api.PATCH('/v1/customers/{id}', { params, body, headers }));
    },
    {
      touches: (_, { id }) => [
        keys.customerLists,
        keys.customerSearches,
        keys.customer(id),
        keys.history(id),
        keys.home,
      ],
      onSuccess: (customer) => putIntoLists(queryClient, customer.id, () => customer),
    },
  );
}

/** Shows one masked value in clear; the history names who did. */
export function useReveal() {
  return useWrite(
    ({ id, field }: { id: string; field: string }, headers) =>
      answer(api.POST('/v1/customers/{id}:reveal', { params: { path: { id } }, body: { field }, headers })),
    { touches: ({ id }) => [keys.history(id)] },
  );
}

export function useDeleteCustomer() {
  return useWrite(
    ({ id, etag }: { id: string; etag: string }, write) =>
      answer(
        api.DELETE('/v1/customers/{id}', {
          params: { path: { id } },
          headers: { ...write, 'If-Match': etag },
        }),
      ),
    { touches: () => [keys.customers, keys.followUps, keys.home] },
  );
}

export function useRestoreCustomer() {
  return useWrite(
    (id: string, headers) =>
      answer(api.POST('/v1/customers/{id}:restore', { params: { path: { id } }, body: {}, headers })),
    { touches: () => [keys.customers, keys.followUps, keys.home] },
  );
}

export interface ContactSave {
  id?: string;
  etag?: string;
  body: ContactInput;
  mask: string[];
}

const contactTouches = (customerId: string) => [
  keys.contacts(customerId),
  keys.customer(customerId),
  keys.history(customerId),
];

export function useSaveContact(customerId: string) {
  return useWrite(
    ({ id, etag, body, mask }: ContactSave, write) => {
      const headers = { ...write, ...(etag && { 'If-Match': etag }) };
      if (id === undefined)
        return answer(
          api.POST('/v1/customers/{customerId}/contacts', {
            params: { path: { customerId } },
            body,
            headers,
          }),
        );
      const params = { path: { customerId, id }, query: { updateMask: mask.join(',') } };
      return answer(api.PATCH('/v1/customers/{customerId}/contacts/{id}', { params, body, headers }));
    },
    { touches: () => contactTouches(customerId) },
  );
}

export function useDeleteContact(customerId: string) {
  return useWrite(
    (id: string, headers) =>
      answer(
        api.DELETE('/v1/customers/{customerId}/contacts/{id}', {
          params: { path: { customerId, id } },
          headers,
        }),
      ),
    { touches: () => contactTouches(customerId) },
  );
}
