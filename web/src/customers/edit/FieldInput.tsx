import { Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useDictionaries } from '../../dictionaries/dictionaries';
import { useClear } from '../../form/clear';
import { AmountInput } from '../../form/numbers';
import { DayPicker } from '../../form/pickers';
import { RegionPicker } from '../../regions/RegionPicker';
import { useFieldLabel } from '../field-labels';
import type { EditableField } from './fields';

interface FieldInputProps {
  field: EditableField;
  value: unknown;
  failed: boolean;
  disabled: boolean;
  onChange: (value: unknown) => void;
  onLeave: () => void;
}

/** The input that fits a field, ready to be typed into. */
export function FieldInput(props: FieldInputProps) {
  const { field, value, failed, disabled, onChange, onLeave } = props;
  const label = useFieldLabel();
  const text = typeof value === 'string' ? value : '';
  const status = failed ? ('error' as const) : undefined;
  const shared = { 'aria-label': label(field), autoFocus: true, disabled, status, onBlur: onLeave };
  switch (field) {
    case 'type':
    case 'level':
    case 'status':
    case 'industry':
    case 'source':
      return <Choice {...props} />;
    case 'regionCode':
      return <RegionPicker value={text} onChange={onChange} autoFocus onClosed={onLeave} />;
    case 'firstCooperationDate':
      return <DayPicker value={text} label={label(field)} onChange={onChange} autoFocus onClosed={onLeave} />;
    case 'cumulativeAmount':
      return <AmountInput {...shared} value={text || null} onChange={(amount) => onChange(amount ?? '')} />;
    case 'cooperationProducts':
      return (
        <Select
          {...shared}
          mode="tags"
          open={false}
          suffix={<span />}
          className="full-width"
          value={value as string[]}
          onChange={onChange}
        />
      );
    case 'remarks':
      return (
        <Input.TextArea
          {...shared}
          autoSize={{ minRows: 3, maxRows: 12 }}
          value={text}
          onChange={({ target }) => onChange(target.value)}
        />
      );
    default:
      return (
        <Input
          {...shared}
          inputMode={field === 'phones' ? 'tel' : undefined}
          // What shows starred is replaced as a whole.
          onFocus={({ target }) => field === 'idNumber' && target.select()}
          value={text}
          onChange={({ target }) => onChange(target.value)}
        />
      );
  }
}

function Choice({ field, value, failed, disabled, onChange, onLeave }: FieldInputProps) {
  const { t } = useTranslation();
  const clear = useClear();
  const label = useFieldLabel();
  const { options } = useDictionaries();
  const chosen = typeof value === 'string' ? value : '';
  const types = (['ENTERPRISE', 'INDIVIDUAL'] as const).map((type) => {
    return { value: type, label: t(`customer.type.${type}`) };
  });
  return (
    <Select<string>
      aria-label={label(field)}
      autoFocus
      defaultOpen
      popupMatchSelectWidth={false}
      allowClear={field !== 'type' && clear}
      showSearch={{ optionFilterProp: 'label' }}
      className="full-width"
      disabled={disabled}
      status={failed ? 'error' : undefined}
      value={chosen || undefined}
      options={field === 'type' ? types : options(field as 'level', chosen)}
      onChange={(code: string | undefined) => onChange(code ?? '')}
      onBlur={onLeave}
    />
  );
}
