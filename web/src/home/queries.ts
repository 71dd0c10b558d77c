import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import { TIME_ZONE } from '../app/format';

/** How soon figures that are behind are read again, in milliseconds. */
const AGAIN_MS = 5_000;

export const homeQuery = queryOptions({
  queryKey: keys.home,
  queryFn: ({ signal }) =>
    answer(api.GET('/v1/reports/home', { params: { query: { timeZone: TIME_ZONE } }, signal })),
  refetchInterval: ({ state }) => (state.data && !state.data.asOf.caughtUp ? AGAIN_MS : false),
});

/** Below the home page's other figures, so that it is read again when they are. */
export const trendQuery = queryOptions({
  queryKey: keys.trend,
  queryFn: async ({ signal }) => {
    const params = { query: { timeZone: TIME_ZONE } };
    return (await answer(api.GET('/v1/reports/trend', { params, signal }))).weeks;
  },
});
