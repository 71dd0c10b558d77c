import { Card, Flex, Segmented } from 'antd';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationObject, SensitiveField } from '../api/types';
import { Note } from '../app/text';
import { countGranted, type Draft, type Rule } from './grants';
import { GrantRow } from './GrantRow';
import { useLabelOf } from './roles';

interface GrantsEditorProps {
  objects: OperationObject[];
  draft: Draft;
  readOnly: boolean;
  onChange: (part: Pick<Draft, 'grants'>) => void;
}

/** Object by object what a role may do. */
export function GrantsEditor({ objects, draft, readOnly, onChange }: GrantsEditorProps) {
  const { t } = useTranslation();
  const labelOf = useLabelOf();
  return (
    <div className="grant-objects">
      {objects.map((object) => (
        <Card
          key={object.code}
          size="small"
          role="region"
          aria-label={labelOf(object)}
          title={labelOf(object)}
          extra={
            <Note>
              {t('role.granted', { some: countGranted(object, draft), all: object.operations.length })}
            </Note>
          }
        >
          {object.operations.map((operation) => (
            <GrantRow
              key={operation.code}
              operation={operation}
              reach={draft.grants[operation.code]}
              readOnly={readOnly}
              onChange={(reach) => onChange({ grants: { ...draft.grants, [operation.code]: reach } })}
            />
          ))}
        </Card>
      ))}
    </div>
  );
}

interface FieldRulesEditorProps {
  fields: SensitiveField[];
  draft: Draft;
  readOnly: boolean;
  onChange: (part: Pick<Draft, 'rules'>) => void;
}

/** How a role sees the fields that are not for everybody's eyes. */
export function FieldRulesEditor({ fields, draft, readOnly, onChange }: FieldRulesEditorProps) {
  const { t } = useTranslation();
  const labelOf = useLabelOf();
  return (
    <Card size="small" title={t('role.fields')} extra={<Note>{t('role.fieldsMean')}</Note>}>
      {fields.map((field, place) => (
        <Fragment key={field.code}>
          {field.record !== fields[place - 1]?.record && field.record && (
            <h4 className="field-record">
              {labelOf({ labelZh: field.recordLabelZh, labelEn: field.recordLabelEn })}
            </h4>
          )}
          <Flex align="center" gap="4px 12px" wrap className="field-rule">
            <span className="field-rule-name">{labelOf(field)}</span>
            <Segmented<Rule>
              size="small"
              disabled={readOnly}
              aria-label={labelOf(field)}
              value={draft.rules[field.code] ?? (field.record ? 'CLEAR' : 'HIDDEN')}
              options={field.rules.map((value) => ({ value, label: t(`role.rule.${value}`) }))}
              onChange={(rule) => onChange({ rules: { ...draft.rules, [field.code]: rule } })}
            />
          </Flex>
        </Fragment>
      ))}
    </Card>
  );
}
