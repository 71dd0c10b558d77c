import { Button, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { Failure } from './Failure';

/** A page that failed to draw, or whose script did not arrive: loading it anew is the way on. */
export function Broken() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <Flex vertical gap={12} align="start" className="page">
      <Failure error={error} />
      <Button onClick={() => window.location.reload()}>{t('action.reload')}</Button>
    </Flex>
  );
}
