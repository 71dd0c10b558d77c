import { useQuery } from '@tanstack/react-query';
import { App, Button, Flex, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Device } from '../api/types';
import { Failure } from '../app/Failure';
import { formatTime } from '../app/format';
import { Loaded } from '../app/Loaded';
import { sessionsQuery, useEndOthers, useEndSession } from './sessions';

/** Where one is signed in, and signing out there. */
export function SessionList() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const sessions = useQuery(sessionsQuery);
  const end = useEndSession();
  const endOthers = useEndOthers();
  const failure = end.error ?? endOthers.error;
  return (
    <Flex vertical gap={12} align="stretch">
      {failure && <Failure error={failure} />}
      <Loaded query={sessions} rows={3}>
        {(devices) => (
          <>
            <ul className="devices">
              {devices.map((device) => (
                <DeviceRow
                  key={device.id}
                  device={device}
                  ending={end.isPending && end.variables === device.id}
                  onEnd={() => end.mutate(device.id)}
                />
              ))}
            </ul>
            {devices.length > 1 && (
              <Button
                loading={endOthers.isPending}
                onClick={() =>
                  endOthers.mutate(undefined, {
                    onSuccess: ({ endedCount }) =>
                      void message.success(t('account.session.endedOthers', { count: endedCount })),
                  })
                }
              >
                {t('account.session.endOthers')}
              </Button>
            )}
          </>
        )}
      </Loaded>
    </Flex>
  );
}

interface DeviceRowProps {
  device: Device;
  ending: boolean;
  onEnd: () => void;
}

function DeviceRow({ device, ending, onEnd }: DeviceRowProps) {
  const { t } = useTranslation();
  const name =
    [device.browser, device.system].filter((part) => part !== '').join(' · ') || t('account.session.unknown');
  return (
    <li>
      <Flex vertical className="device">
        <span>
          <Typography.Text strong>{name}</Typography.Text>{' '}
          {device.current && <Tag color="blue">{t('account.session.current')}</Tag>}
        </span>
        <Typography.Text type="secondary">
          {t('account.session.seen', {
            address: device.address,
            used: formatTime(device.useTime),
            begun: formatTime(device.createTime),
          })}
        </Typography.Text>
      </Flex>
      {!device.current && (
        <Button danger size="small" loading={ending} onClick={onEnd}>
          {t('account.session.end')}
        </Button>
      )}
    </li>
  );
}
