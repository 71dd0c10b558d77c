import dayjs from 'dayjs';
import i18next from 'i18next';

/** The reader's zone, which the browser knows. */
export const TIME_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function formatTime(time: string | undefined): string {
  return time ? dayjs(time).format('YYYY-MM-DD HH:mm') : '';
}

/** To the second, for logs. */
export function formatMoment(time: string | undefined): string {
  return time ? dayjs(time).format('YYYY-MM-DD HH:mm:ss') : '';
}

/** Shorter where it can be: no year in this year. */
export function formatShortTime(time: string | undefined): string {
  if (!time) return '';
  const moment = dayjs(time);
  return moment.format(moment.isSame(dayjs(), 'year') ? 'MM-DD HH:mm' : 'YYYY-MM-DD');
}

export function formatMoney(amount: string, currency: string): string {
  if (amount === '') return '';
  return new Intl.NumberFormat(i18next.language, { style: 'currency', currency: currency || 'CNY' }).format(
    // Intl takes the decimal string as it is, without the rounding of a float.
    amount as Intl.StringNumericLiteral,
  );
}

export function formatCount(count: number): string {
  return new Intl.NumberFormat(i18next.language).format(count);
}

export function formatShare(part: number, whole: number): string {
  return new Intl.NumberFormat(i18next.language, { style: 'percent', maximumFractionDigits: 1 }).format(
    whole === 0 ? 0 : part / whole,
  );
}
