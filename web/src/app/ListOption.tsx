import { MatchReasons } from '../customers/MatchReasons';

interface ListOptionProps {
  id: string;
  label: string;
  /** Why a customer was found. */
  reasons?: string[];
  active: boolean;
  onRun: () => void;
}

/** One line of a list below a field: see `useListKeys`. */
export function ListOption({ id, label, reasons = [], active, onRun }: ListOptionProps) {
  return (
    <div
      id={id}
      role="option"
      aria-selected={active}
      ref={(element) => {
        if (active) element?.scrollIntoView({ block: 'nearest' });
      }}
      className={active ? 'list-option active' : 'list-option'}
      // The focus stays in the field.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onRun}
    >
      <span className="clipped">{label}</span>
      <MatchReasons reasons={reasons} />
    </div>
  );
}
