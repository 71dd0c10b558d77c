import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import { whileListStale } from '../api/stale';
import type { Interaction, InteractionInput } from '../api/types';
import { useWrite } from '../api/use-write';
import { TIME_ZONE } from '../app/format';
import { nextPage } from '../customers/queries';
import { knownCustomer, showWritten } from '../customers/written';

const PAGE_SIZE = 20;
const LIST_PAGE_SIZE = 50;

export const DUES = ['OVERDUE', 'TODAY', 'WEEK'] as const;
export type Due = (typeof DUES)[number];

export const interactionsQuery = (customerId: string) =>
  infiniteQueryOptions({
    queryKey: keys.interactions(customerId),
    queryFn: async ({ pageParam: pageToken, signal }) => {
      const params = { path: { customerId }, query: { pageSize: PAGE_SIZE, pageToken } };
      const page = await answer(api.GET('/v1/customers/{customerId}/interactions', { params, signal }));
      return { rows: page.interactions, nextPageToken: page.nextPageToken };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
  });

/** How many contact records a customer has. */
export const interactionCountQuery = (customerId: string) =>
  queryOptions({
    queryKey: [...keys.interactions(customerId), 'count'],
    queryFn: async ({ signal }) => {
      const params = { path: { customerId }, query: { pageSize: 1, total: 'exact' } };
      const page = await answer(api.GET('/v1/customers/{customerId}/interactions', { params, signal }));
      return { size: page.totalSize ?? page.interactions.length, capped: page.totalIsCapped };
    },
  });

/** `own`: of the reader's own customers alone. */
export const followUpsQuery = (due: Due, own = false) =>
  infiniteQueryOptions({
    queryKey: [...keys.followUps, due, own],
    queryFn: async ({ pageParam: pageToken, signal }) => {
      const query = { due, timeZone: TIME_ZONE, pageSize: PAGE_SIZE, pageToken, own: own || undefined };
      const page = await answer(api.GET('/v1/followUps', { params: { query }, signal }));
      return { rows: page.followUps, nextPageToken: page.nextPageToken, mayBeStale: page.mayBeStale };
    },
    refetchInterval: whileListStale,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
  });

/** What the list over all customers is narrowed to. */
export interface InteractionFilter {
  query?: string;
  method?: Interaction['method'];
  authorId?: string;
  fromTime?: string;
  toTime?: string;
  own?: boolean;
}

export const everyInteractionQuery = (filter: InteractionFilter) =>
  infiniteQueryOptions({
    queryKey: [...keys.everyInteractions, 'all', filter],
    queryFn: async ({ pageParam: pageToken, signal }) => {
      const query = {
        ...filter,
        pageSize: LIST_PAGE_SIZE,
        pageToken,
        total: pageToken ? 'none' : 'estimated',
      };
      const page = await answer(api.GET('/v1/interactions', { params: { query }, signal }));
      const { interactions: rows, nextPageToken, totalSize, totalIsCapped, mayBeStale } = page;
      return { rows, nextPageToken, totalSize, totalIsCapped, mayBeStale };
    },
    refetchInterval: whileListStale,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
  });

const touches = (customerId: string) => [
  keys.everyInteractions,
  keys.customer(customerId),
  keys.customerLists,
  keys.followUps,
  keys.home,
];

export interface InteractionSave {
  customerId: string;
  /** Absent for a new record. */
  interaction?: Interaction;
  body: InteractionInput;
  mask: string[];
}

export function useSaveInteraction() {
  const queryClient = useQueryClient();
  return useWrite(
    ({ customerId, interaction, body, mask }: InteractionSave, write) => {
      if (!interaction)
        return answer(
          api.POST('/v1/customers/{customerId}/interactions', {
            params: { path: { customerId } },
            body,
            headers: write,
          }),
        );
      const params = { path: { id: interaction.id }, query: { updateMask: mask.join(',') } };
      const headers = { ...write, 'If-Match': interaction.etag };
      return answer(api.PATCH('/v1/interactions/{id}', { params, body, headers }));
    },
    {
      touches: ({ customerId }) => touches(customerId),
      onSuccess: ({ customerId, occurTime, nextContactTime, planDoneTime }, { interaction }) => {
        // The newest contact says when the last one was and when the next is planned.
        const customer = knownCustomer(queryClient, customerId);
        if (customer ? isBefore(occurTime, customer.lastContactTime) : interaction) return;
        showWritten(queryClient, customerId, {
          lastContactTime: occurTime,
          nextContactTime: planDoneTime ? undefined : nextContactTime,
        });
      },
    },
  );
}

function isBefore(time: string | undefined, other: string | undefined): boolean {
  return time !== undefined && other !== undefined && Date.parse(time) < Date.parse(other);
}

export function useDeleteInteraction(customerId: string) {
  return useWrite(
    (id: string, headers) =>
      answer(api.DELETE('/v1/interactions/{id}', { params: { path: { id } }, headers })),
    { touches: () => touches(customerId) },
  );
}

export interface Snooze {
  customerId: string;
  dueTime: string;
}

/** Puts a planned contact off. */
export function useSnoozeFollowUp() {
  const queryClient = useQueryClient();
  return useWrite(
    ({ customerId, dueTime }: Snooze, headers) =>
      answer(
        api.POST('/v1/followUps/{customerId}:snooze', {
          params: { path: { customerId } },
          body: { dueTime },
          headers,
        }),
      ),
    {
      touches: ({ customerId }) => touches(customerId),
      onSuccess: (_, { customerId, dueTime }) =>
        showWritten(queryClient, customerId, { nextContactTime: dueTime }),
    },
  );
}

/** Marks a planned contact as done, without a record of its own. */
export function useCompleteFollowUp() {
  const queryClient = useQueryClient();
  return useWrite(
    (customerId: string, headers) =>
      answer(
        api.POST('/v1/followUps/{customerId}:complete', {
          params: { path: { customerId } },
          body: {},
          headers,
        }),
      ),
    {
      touches: (customerId) => touches(customerId),
      onSuccess: (_, customerId) => showWritten(queryClient, customerId, { nextContactTime: undefined }),
    },
  );
}
