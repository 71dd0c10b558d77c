import { useQuery } from '@tanstack/react-query';
import { Button, Flex, Tag, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SecondFactor } from '../api/types';
import { formatTime } from '../app/format';
import { Loaded } from '../app/Loaded';
import { EnrolDialog } from './EnrolDialog';
import { FactorDialog } from './FactorDialog';
import { RecoveryCodes } from './RecoveryCodes';
import { secondFactorQuery } from './second-factor';

type Open = 'enrol' | 'renew' | 'disable';

/** Two-step verification: on or off, and how to change that. */
export function SecondFactorCard() {
  const { t } = useTranslation();
  const factor = useQuery(secondFactorQuery);
  const [open, setOpen] = useState<Open>();
  const [codes, setCodes] = useState<string[]>();
  const close = () => setOpen(undefined);
  const show = (given: string[]) => {
    close();
    setCodes(given);
  };
  return (
    <Loaded query={factor} rows={2}>
      {(current) => (
        <Flex vertical gap={12} align="start">
          <State factor={current} />
          {current.enabled ? (
            <Flex gap={8} wrap>
              <Button onClick={() => setOpen('renew')}>{t('account.factor.renew')}</Button>
              <Button danger onClick={() => setOpen('disable')}>
                {t('account.factor.disable')}
              </Button>
            </Flex>
          ) : (
            <Button type="primary" onClick={() => setOpen('enrol')}>
              {t('account.factor.enable')}
            </Button>
          )}
          {open === 'enrol' && <EnrolDialog onClose={close} onCodes={show} />}
          {(open === 'renew' || open === 'disable') && (
            <FactorDialog purpose={open} onClose={close} onCodes={show} />
          )}
          {codes && <RecoveryCodes codes={codes} onClose={() => setCodes(undefined)} />}
        </Flex>
      )}
    </Loaded>
  );
}

function State({ factor }: { factor: SecondFactor }) {
  const { t } = useTranslation();
  if (!factor.enabled)
    return <Typography.Text type="secondary">{t('account.factor.explanation')}</Typography.Text>;
  return (
    <span>
      <Tag color="green">{t('account.factor.on')}</Tag>
      <Typography.Text type="secondary">
        {t('account.factor.since', {
          time: formatTime(factor.confirmTime),
          count: factor.recoveryCodeCount,
        })}
      </Typography.Text>
    </span>
  );
}
