import { Checkbox, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { OperationObject } from '../api/types';
import { Note } from '../app/text';
import { DepartmentsSelect } from '../departments/DepartmentSelect';
import { firstReach, type Reach, type Scope } from './grants';
import { useLabelOf } from './roles';

interface GrantRowProps {
  operation: OperationObject['operations'][number];
  reach: Reach | undefined;
  readOnly: boolean;
  onChange: (reach: Reach | undefined) => void;
}

/** One operation of a role: whether it is granted, and how far. */
export function GrantRow({ operation, reach, readOnly, onChange }: GrantRowProps) {
  const { t } = useTranslation();
  const label = useLabelOf()(operation);
  const scopes = operation.scopes;
  return (
    <div className="grant" role="group" aria-label={label}>
      <Checkbox
        checked={reach !== undefined}
        disabled={readOnly}
        onChange={({ target }) => onChange(target.checked ? firstReach(scopes) : undefined)}
      >
        {label}
      </Checkbox>
      {reach && scopes.length === 1 && <Note>{t('role.allOrNothing')}</Note>}
      {reach && scopes.length > 1 && (
        <Select<Scope>
          size="small"
          disabled={readOnly}
          aria-label={t('role.scopeOf', { operation: label })}
          value={reach.scope}
          options={scopes.map((value) => ({ value, label: t(`role.scope.${value}`) }))}
          onChange={(scope) => onChange({ ...reach, scope })}
        />
      )}
      {reach?.scope === 'CHOSEN' && (
        <DepartmentsSelect
          label={t('role.departments')}
          status={reach.departmentIds.length === 0 ? 'error' : undefined}
          value={reach.departmentIds}
          onChange={(departmentIds) => onChange({ ...reach, departmentIds })}
        />
      )}
    </div>
  );
}
