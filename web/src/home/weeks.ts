import dayjs from 'dayjs';
import type { TrendWeek } from '../api/types';
import { customersWhere } from '../customers/filter/link';

const DAY = 'YYYY-MM-DD';

/** The Monday, as short as it can be said. */
export function dayOf({ startDate }: TrendWeek): string {
  return dayjs(startDate).format('MM-DD');
}

/** The customers that a week counts. */
export function newCustomersOf(week: TrendWeek): string {
  return customersWhere({ field: 'createTime', op: 'between', values: [week.startDate, endOf(week)] });
}

/** The contact records that a week counts. */
export function contactsOf(week: TrendWeek): string {
  return `/interactions?from=${week.startDate}&to=${endOf(week)}`;
}

/** The Sunday. */
function endOf({ startDate }: TrendWeek): string {
  return dayjs(startDate).add(6, 'day').format(DAY);
}
