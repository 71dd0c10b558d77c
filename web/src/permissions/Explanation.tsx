import './permissions.css';
import { CheckCircleOutlined, StopOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Explained } from '../api/types';
import { formatTime } from '../app/format';
import { useDepartmentName } from '../departments/departments';
import { useUserName } from '../people/users';
import { useFieldName, useOperationName, useReachName, useRuleName } from '../roles/catalogue';
import { useRoleName } from '../roles/roles';
import type { Question } from './explain';

interface ExplanationProps {
  question: Question;
  explained: Explained;
}

/** What decided: the grant, the roles it comes from and how far it reaches; or what is missing, and who has it. */
export function Explanation({ question, explained }: ExplanationProps) {
  const { t } = useTranslation();
  const operationName = useOperationName();
  const reachName = useReachName();
  const roleName = useRoleName();
  const { decision, grant, sources, grantingRoles } = explained;
  const allowed = decision === 'ALLOWED';
  return (
    <div className="explanation" role="group" aria-label={t('explain.title')}>
      <strong className={allowed ? 'explained-allowed' : 'note-danger'}>
        {allowed ? <CheckCircleOutlined /> : <StopOutlined />} {t(`explain.decision.${decision}`)}
      </strong>
      <dl className="details">
        <Detail term={t('explain.operation')}>{operationName(question.operation)}</Detail>
        <Detail term={t('explain.grant')}>{grant ? reachName(grant) : t('role.notGranted')}</Detail>
        {sources.length > 0 && (
          <Detail term={t('explain.sources')}>
            <ul className="plain-texts">
              {sources.map((source) => (
                <li key={source.role}>
                  {roleName(source.role)}
                  {t('app.colon')}
                  {reachName(source)}
                </li>
              ))}
            </ul>
          </Detail>
        )}
        {!allowed && grantingRoles.length > 0 && (
          <Detail term={t('explain.grantingRoles')}>
            {grantingRoles.map(roleName).join(t('app.listSeparator'))}
          </Detail>
        )}
        <RecordDetails explained={explained} />
        <FieldDetails explained={explained} />
      </dl>
    </div>
  );
}

const SHARES = ['GIVEN', 'READ_ONLY', 'ENDED'] as const;

/** Whose the record is; nothing of it when there is none that may be seen. */
function RecordDetails({ explained }: Pick<ExplanationProps, 'explained'>) {
  const { t } = useTranslation();
  const userName = useUserName();
  const departmentName = useDepartmentName();
  const { ownerId, departmentId, deleted, share, shareEndTime } = explained;
  // Without a share that counts, the server names none of them.
  const told = SHARES.find((known) => known === share);
  const owner = [userName(ownerId), departmentName(departmentId)].filter(Boolean).join(' · ');
  return (
    <>
      {owner !== '' && <Detail term={t('explain.owner')}>{owner}</Detail>}
      {told && (
        <Detail term={t('share.title')}>
          {t(`explain.share.${told}`)}
          {shareEndTime && ` · ${t('explain.shareEnd', { time: formatTime(shareEndTime) })}`}
        </Detail>
      )}
      {deleted && <Detail term={t('explain.record')}>{t('explain.deleted')}</Detail>}
    </>
  );
}

function FieldDetails({ explained }: Pick<ExplanationProps, 'explained'>) {
  const { t } = useTranslation();
  const fieldName = useFieldName();
  const ruleName = useRuleName();
  if (explained.fieldRules.length === 0) return null;
  const rules = explained.fieldRules.map(
    ({ field, rule }) => `${fieldName(field)}${t('app.colon')}${ruleName(rule)}`,
  );
  return <Detail term={t('role.fields')}>{rules.join(t('app.listSeparator'))}</Detail>;
}

function Detail({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="detail">
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
