import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import { TIME_ZONE } from '../app/format';

export const homeQuery = queryOptions({
  queryKey: keys.home,
  queryFn: ({ signal }) =>
    answer(api.GET('/v1/reports/home', { params: { query: { timeZone: TIME_ZONE } }, signal })),
});
