import './permissions.css';
import { useQuery } from '@tanstack/react-query';
import { Card, Empty, Flex, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import type { EffectivePermissions } from '../api/types';
import { Loaded } from '../app/Loaded';
import { Note } from '../app/text';
import { useFieldName, useOperationName, useReachName, useRuleName } from '../roles/catalogue';
import { useRoleName } from '../roles/roles';
import { effectiveQuery } from './explain';
import { PersonSelect } from './PersonSelect';

interface EffectiveViewProps {
  personId: string;
  onPerson: (id: string) => void;
}

/** What somebody's roles come to, and which role gives what. */
export function EffectiveView({ personId, onPerson }: EffectiveViewProps) {
  const { t } = useTranslation();
  return (
    <Flex vertical gap={12} className="permissions-view">
      <PersonSelect value={personId} onChange={onPerson} />
      {personId === '' ? <Note>{t('explain.choosePerson')}</Note> : <Effective personId={personId} />}
    </Flex>
  );
}

function Effective({ personId }: { personId: string }) {
  const { t } = useTranslation();
  const query = useQuery(effectiveQuery(personId));
  return (
    <Loaded query={query} rows={10}>
      {(found) =>
        found.grants.length === 0 ? (
          <Empty className="centred" description={t('explain.nothingGranted')} />
        ) : (
          <Result found={found} />
        )
      }
    </Loaded>
  );
}

function Result({ found }: { found: EffectivePermissions }) {
  const { t } = useTranslation();
  const operationName = useOperationName();
  const reachName = useReachName();
  const roleName = useRoleName();
  const fieldName = useFieldName();
  const ruleName = useRuleName();
  const colon = t('app.colon');
  return (
    <>
      <Card size="small" title={t('role.fields')}>
        {found.fieldRules.map(({ field, rule, sources }) => (
          <Flex key={field} gap="0 12px" wrap>
            <span>
              {fieldName(field)}
              {colon}
              {ruleName(rule)}
            </span>
            <Note>{sources.map((source) => roleName(source.role)).join(t('app.listSeparator'))}</Note>
          </Flex>
        ))}
      </Card>
      <Table
        size="small"
        pagination={false}
        rowKey={({ grant }) => grant.operation}
        dataSource={found.grants}
        columns={[
          { title: t('explain.operation'), render: (_, { grant }) => operationName(grant.operation) },
          { title: t('explain.grant'), render: (_, { grant }) => reachName(grant) },
          {
            title: t('explain.sources'),
            render: (_, { sources }) =>
              sources.map((source) => (
                <div key={source.role}>
                  {roleName(source.role)}
                  {sources.length > 1 && <Note>{`${colon}${reachName(source)}`}</Note>}
                </div>
              )),
          },
        ]}
      />
    </>
  );
}
