import { Card, Statistic } from 'antd';
import { useTranslation } from 'react-i18next';
import dayjs from 'dayjs';
import type { Home } from '../api/types';
import { formatCount } from '../app/format';
import type { Due } from '../interactions/queries';
import type { Filter } from '../customers/filter/filters';
import { useCountedContacts, useCountedCustomers } from './counted';
import { FigureLink } from './FigureLink';

const NEW_THIS_MONTH: Filter = { field: 'createTime', op: 'this_month', values: [] };

/** The first day of this week, which ends on Sunday. */
function monday(): string {
  const today = dayjs();
  return today.subtract((today.day() + 6) % 7, 'day').format('YYYY-MM-DD');
}

/** A figure that is not there counts what the reader does not see. */
export function Figures({ home }: { home: Home }) {
  const { t } = useTranslation();
  const customers = useCountedCustomers();
  const contacts = useCountedContacts();
  const due = (when: Due) => contacts(`/follow-ups?due=${when}`);
  const figures = [
    { key: 'customerCount', value: home.customerCount, to: customers() },
    { key: 'newThisMonth', value: home.newThisMonth, to: customers(NEW_THIS_MONTH) },
    {
      key: 'contactsThisWeek',
      value: home.contactsThisWeek,
      to: contacts(`/interactions?from=${monday()}`),
    },
    { key: 'followUpsToday', value: home.followUpsToday, to: due('TODAY') },
    { key: 'overdue', value: home.overdue, to: due('OVERDUE'), alarming: (home.overdue ?? 0) > 0 },
  ] as const;
  return (
    <div className="figures">
      {figures.map(
        ({ key, value, to, ...rest }) =>
          value !== undefined && (
            <div key={key} role="group" aria-label={t(`home.figure.${key}`)}>
              <FigureLink to={to}>
                <Card size="small" hoverable={to !== undefined}>
                  <Statistic
                    title={t(`home.figure.${key}`)}
                    value={value}
                    formatter={() => formatCount(value)}
                    className={'alarming' in rest && rest.alarming ? 'alarming' : undefined}
                  />
                </Card>
              </FigureLink>
            </div>
          ),
      )}
    </div>
  );
}
