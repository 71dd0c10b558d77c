import dayjs from 'dayjs';
import type { TrendWeek } from '../api/types';
import type { Filter } from '../customers/filter/filters';

const DAY = 'YYYY-MM-DD';

/** The Monday, as short as it can be said. */
export function dayOf({ startDate }: TrendWeek): string {
  return dayjs(startDate).format('MM-DD');
}

/** What the customers have in common that a week counts. */
export function createdIn(week: TrendWeek): Filter {
  return { field: 'createTime', op: 'between', values: [week.startDate, endOf(week)] };
}

/** The contact records that a week counts. */
export function contactsOf(week: TrendWeek): string {
  return `/interactions?from=${week.startDate}&to=${endOf(week)}`;
}

/** The Sunday. */
function endOf({ startDate }: TrendWeek): string {
  return dayjs(startDate).add(6, 'day').format(DAY);
}
