import './day-range.css';
import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';

interface DayRangeProps {
  /** Days as YYYY-MM-DD; empty where the range is open. */
  from: string;
  to: string;
  onChange: (days: { from: string; to: string }) => void;
}

/** The days that a list is narrowed to, either end open. */
export function DayRange({ from, to, onChange }: DayRangeProps) {
  const { t } = useTranslation();
  return (
    <DatePicker.RangePicker
      allowEmpty
      className="filter-days"
      placeholder={[t('interaction.from'), t('interaction.to')]}
      aria-label={t('interaction.from')}
      value={[dayOf(from), dayOf(to)]}
      onChange={(days) => onChange({ from: written(days?.[0]), to: written(days?.[1]) })}
    />
  );
}

function dayOf(text: string) {
  const day = dayjs(text || Number.NaN);
  return day.isValid() ? day : null;
}

function written(day: dayjs.Dayjs | null | undefined): string {
  return day?.format('YYYY-MM-DD') ?? '';
}
