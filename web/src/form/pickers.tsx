import { DatePicker } from 'antd';
import dayjs from 'dayjs';

interface PickerProps {
  id?: string;
  value?: string;
  onChange?: (value: string) => void;
  /** Where no label of a form names it. */
  label?: string;
}

interface DayPickerProps extends PickerProps {
  /** Open from the start, ready for the keyboard. */
  autoFocus?: boolean;
  onClosed?: () => void;
}

/** A day as the API writes it: YYYY-MM-DD. */
export function DayPicker({ id, value, onChange, label, autoFocus = false, onClosed }: DayPickerProps) {
  return (
    <DatePicker
      id={id}
      aria-label={label}
      autoFocus={autoFocus}
      defaultOpen={autoFocus}
      onOpenChange={(open) => {
        if (!open) onClosed?.();
      }}
      className="full-width"
      value={value ? dayjs(value) : null}
      onChange={(day) => onChange?.(day ? day.format('YYYY-MM-DD') : '')}
    />
  );
}

/** A moment, chosen in the reader's zone, kept in UTC as the API writes it. */
export function MomentPicker({ id, value, onChange, label }: PickerProps) {
  return (
    <DatePicker
      id={id}
      aria-label={label}
      className="full-width"
      showTime={{ format: 'HH:mm', minuteStep: 5 }}
      format="YYYY-MM-DD HH:mm"
      needConfirm={false}
      value={value ? dayjs(value) : null}
      onChange={(moment) => onChange?.(moment ? moment.toISOString() : '')}
    />
  );
}
