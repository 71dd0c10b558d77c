import { Card, Statistic } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import dayjs from 'dayjs';
import type { Home } from '../api/types';
import { formatCount } from '../app/format';
import type { Due } from '../interactions/queries';
import type { Filter } from '../customers/filter/filters';
import { customersWhere } from '../customers/filter/link';
import { useCountedFilters } from './counted';

const NEW_THIS_MONTH: Filter = { field: 'createTime', op: 'this_month', values: [] };

/** The first day of this week, which ends on Sunday. */
function monday(): string {
  const today = dayjs();
  return today.subtract((today.day() + 6) % 7, 'day').format('YYYY-MM-DD');
}

export function Figures({ home }: { home: Home }) {
  const { t } = useTranslation();
  const counted = useCountedFilters();
  // As many rows as the figure says.
  const own = counted.length > 0 ? '&own=true' : '';
  const due = (when: Due) => `/follow-ups?due=${when}${own}`;
  const figures = [
    { key: 'customerCount', value: home.customerCount, to: customersWhere(...counted) },
    { key: 'newThisMonth', value: home.newThisMonth, to: customersWhere(NEW_THIS_MONTH, ...counted) },
    { key: 'contactsThisWeek', value: home.contactsThisWeek, to: `/interactions?from=${monday()}${own}` },
    { key: 'followUpsToday', value: home.followUpsToday, to: due('TODAY') },
    { key: 'overdue', value: home.overdue, to: due('OVERDUE'), alarming: home.overdue > 0 },
  ] as const;
  return (
    <div className="figures">
      {figures.map(({ key, value, ...rest }) => {
        const figure = (
          <Card size="small" hoverable={'to' in rest}>
            <Statistic
              title={t(`home.figure.${key}`)}
              value={value}
              formatter={() => formatCount(value)}
              className={'alarming' in rest && rest.alarming ? 'alarming' : undefined}
            />
          </Card>
        );
        return (
          <div key={key} role="group" aria-label={t(`home.figure.${key}`)}>
            {'to' in rest ? <Link to={rest.to}>{figure}</Link> : figure}
          </div>
        );
      })}
    </div>
  );
}
