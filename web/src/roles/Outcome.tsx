import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { formatCount } from '../app/format';
import { ChangeList } from './ChangeList';
import type { Preview } from './roles';

/** Who gains and loses what; above it that nobody would be left to manage the organisation. */
export function Outcome({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  const { changes, userCount, lastAdministrator } = preview;
  return (
    <>
      {lastAdministrator && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={t('role.lastAdministrator')}
          description={t('role.lastAdministratorMeans')}
        />
      )}
      <span>
        {userCount === 0
          ? t('role.nobodyAffected')
          : t('role.affected', { count: userCount, formatted: formatCount(userCount) })}
      </span>
      <ChangeList changes={changes} />
    </>
  );
}
