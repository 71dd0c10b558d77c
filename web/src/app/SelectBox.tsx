import { useTranslation } from 'react-i18next';

interface SelectBoxProps {
  /** What the row is called; absent for the box of all rows. */
  name?: string;
  checked: boolean;
  some?: boolean;
  onChange: (on: boolean, range: boolean) => void;
}

/** The browser's own box: there are as many as there are rows. */
export function SelectBox({ name, checked, some = false, onChange }: SelectBoxProps) {
  const { t } = useTranslation();
  return (
    <input
      type="checkbox"
      className="select-box"
      aria-label={name === undefined ? t('selection.all') : t('selection.one', { name })}
      checked={checked}
      ref={(element) => {
        if (element) element.indeterminate = some && !checked;
      }}
      onClick={(event) => event.stopPropagation()}
      onChange={({ target, nativeEvent }) =>
        onChange(target.checked, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
      }
    />
  );
}
