import { infiniteQueryOptions } from '@tanstack/react-query';
import dayjs from 'dayjs';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import { nextPage } from '../customers/queries';

const PAGE_SIZE = 100;

/** What is asked of both logs; empty parts ask for all. Days are the reader's. */
export interface LogFilter {
  person: string;
  from: string;
  to: string;
  /** Of operations alone. */
  record: string;
}

export const operationLogQuery = ({ person, from, to, record }: LogFilter) =>
  infiniteQueryOptions({
    queryKey: [...keys.operationLog, { person, from, to, record }],
    queryFn: async ({ pageParam: pageToken, signal }) => {
      const asked = { userId: person || undefined, recordId: record || undefined, ...times(from, to) };
      const params = { query: { ...asked, pageSize: PAGE_SIZE, pageToken } };
      const page = await answer(api.GET('/v1/operationLog', { params, signal }));
      return { rows: page.operations, nextPageToken: page.nextPageToken };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
  });

export const signInsQuery = ({ person, from, to }: LogFilter) =>
  infiniteQueryOptions({
    queryKey: [...keys.signIns, { person, from, to }],
    queryFn: async ({ pageParam: pageToken, signal }) => {
      const asked = { userId: person || undefined, ...times(from, to) };
      const params = { query: { ...asked, pageSize: PAGE_SIZE, pageToken } };
      const page = await answer(api.GET('/v1/signIns', { params, signal }));
      return { rows: page.signIns, nextPageToken: page.nextPageToken };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
  });

/** The last day is in it as a whole. */
function times(from: string, to: string) {
  return {
    startTime: from ? dayjs(from).toISOString() : undefined,
    endTime: to ? dayjs(to).add(1, 'day').toISOString() : undefined,
  };
}
