import { Alert, Button, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../api/problem';
import { useUserName } from '../people/users';
import { useFieldLabel } from './field-labels';

/** Who looks like the customer being saved, and the way on where the rule allows it. */
export function DuplicateNotice({ error, onGoOn }: { error: unknown; onGoOn: () => void }) {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const userName = useUserName();
  const { title, matches = [], hard = false } = problemOf(error);
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      title={title || t('duplicate.title')}
      description={
        <Flex vertical gap={4} align="start">
          {matches.map(({ id, name, ownerId, by }) => (
            <span key={`${id ?? name} ${by}`}>
              {id ? (
                <a className="link-in-text" href={`/customers/${id}`} target="_blank" rel="noreferrer">
                  {name}
                </a>
              ) : (
                name
              )}{' '}
              {t('duplicate.by', { field: label(by) })}
              {ownerId && t('duplicate.owner', { name: userName(ownerId) || t('app.nothing') })}
            </span>
          ))}
          <span>
            {hard ? t('duplicate.hard', { field: label(matches[0]?.by ?? '') }) : t('duplicate.soft')}
          </span>
          {!hard && (
            <Button size="small" onClick={onGoOn}>
              {t('duplicate.goOn')}
            </Button>
          )}
        </Flex>
      }
    />
  );
}
