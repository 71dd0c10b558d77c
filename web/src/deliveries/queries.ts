import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { EventConsumer } from '../api/types';
import { useWrite } from '../api/use-write';

const LOOK_AGAIN_MS = 5_000;

export const deliveriesQuery = queryOptions({
  queryKey: keys.deliveryList,
  queryFn: ({ signal }) => answer(api.GET('/v1/deliveries', { signal })),
  refetchInterval: LOOK_AGAIN_MS,
});

/** Read again when there are more or fewer, and not each time that they are counted: a look takes them from the queue. */
export const deadLettersQuery = ({ name: consumer, dead }: EventConsumer) =>
  queryOptions({
    queryKey: [...keys.deadLetters(consumer), dead],
    queryFn: async ({ signal }) => {
      const params = { path: { consumer } };
      return (await answer(api.GET('/v1/deliveries/{consumer}/deadLetters', { params, signal }))).letters;
    },
    placeholderData: keepPreviousData,
  });

const touches = () => [keys.deliveries, keys.operationLog];

interface Letters {
  consumer: string;
  ids: string[];
}

export function useRequeueLetters() {
  return useWrite(
    ({ consumer, ids }: Letters, headers) =>
      answer(
        api.POST('/v1/deliveries/{consumer}/deadLetters:requeue', {
          params: { path: { consumer } },
          headers,
          body: { ids },
        }),
      ),
    { touches },
  );
}

export function useDropLetters() {
  return useWrite(
    ({ consumer, ...body }: Letters & { reason: string }, headers) =>
      answer(
        api.POST('/v1/deliveries/{consumer}/deadLetters:drop', {
          params: { path: { consumer } },
          headers,
          body,
        }),
      ),
    { touches },
  );
}
