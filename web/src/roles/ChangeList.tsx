import { ArrowRightOutlined } from '@ant-design/icons';
import { Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import type { GrantChange, PermissionChange } from '../api/types';
import { Note } from '../app/text';
import { useFieldName, useOperationName, useReachName, useRuleName } from './catalogue';

/** Person by person what a change gives and takes. */
export function ChangeList({ changes }: { changes: PermissionChange[] }) {
  const ruleName = useRuleName();
  const fieldName = useFieldName();
  return (
    <ul className="plain-list change-list">
      {changes.map(({ userId, displayName, grants, fieldRules }) => (
        <li key={userId}>
          <strong>{displayName}</strong>
          <ul className="hanging">
            {grants.map((change) => (
              <li key={change.operation}>
                <GrantLine change={change} />
              </li>
            ))}
            {fieldRules.map(({ field, before, after }) => (
              <li key={field}>
                {fieldName(field)} <BeforeAndAfter before={ruleName(before)} after={ruleName(after)} />
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function GrantLine({ change }: { change: GrantChange }) {
  const { t } = useTranslation();
  const operationName = useOperationName();
  const reachName = useReachName();
  const { operation, before, after, loses } = change;
  return (
    <Flex align="baseline" gap={6} wrap>
      <span className={loses ? 'badge badge-lost' : 'badge badge-won'}>
        {t(loses ? 'role.loses' : 'role.gains')}
      </span>
      {operationName(operation)}
      <BeforeAndAfter
        before={before ? reachName(before) : t('role.notGranted')}
        after={after ? reachName(after) : t('role.notGranted')}
      />
    </Flex>
  );
}

function BeforeAndAfter({ before, after }: { before: string; after: string }) {
  return (
    <Note>
      {before} <ArrowRightOutlined /> {after}
    </Note>
  );
}
