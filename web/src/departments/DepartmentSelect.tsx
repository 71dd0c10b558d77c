import { TreeSelect } from 'antd';
import { useTranslation } from 'react-i18next';
import { useClear } from '../form/clear';
import { useDepartmentTree } from './departments';

interface DepartmentSelectProps {
  id?: string;
  value?: string;
  onChange?: (id: string) => void;
  /** The branch that cannot be chosen. */
  without?: string;
  /** Where no label of a form names it. */
  label?: string;
  placeholder?: string;
  className?: string;
  autoFocus?: boolean;
}

/** Chooses one department; found by a part of its name. */
export function DepartmentSelect(props: DepartmentSelectProps) {
  const { id, value, onChange, without, label, placeholder, className = 'full-width', autoFocus } = props;
  const { t } = useTranslation();
  const clear = useClear();
  return (
    <TreeSelect<string>
      id={id}
      className={className}
      aria-label={label}
      autoFocus={autoFocus}
      allowClear={clear}
      showSearch={{ treeNodeFilterProp: 'title' }}
      treeDefaultExpandAll
      placeholder={placeholder ?? t('form.choose')}
      value={value || undefined}
      treeData={useDepartmentTree(without)}
      onChange={(chosen: string | undefined) => onChange?.(chosen ?? '')}
    />
  );
}

interface DepartmentsSelectProps {
  value: string[];
  onChange: (ids: string[]) => void;
  label: string;
  status?: 'error';
}

/** Chooses several departments, each with those below it. */
export function DepartmentsSelect({ value, onChange, label, status }: DepartmentsSelectProps) {
  return (
    <TreeSelect<string[]>
      className="full-width"
      multiple
      aria-label={label}
      status={status}
      showSearch={{ treeNodeFilterProp: 'title' }}
      treeDefaultExpandAll
      maxTagCount="responsive"
      placeholder={label}
      value={value}
      treeData={useDepartmentTree()}
      onChange={onChange}
    />
  );
}
