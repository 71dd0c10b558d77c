import { LogoutOutlined, SafetyOutlined, UserOutlined } from '@ant-design/icons';
import { Avatar, Button, Dropdown, Flex, Grid, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../session/me';
import { useRoleName } from '../session/role-name';
import { useSignOut } from '../session/sign-out';
import { useFailureDialog } from './failure-dialog';

export function UserMenu() {
  const { t } = useTranslation();
  const { user } = useMe();
  const showFailure = useFailureDialog();
  const wide = Grid.useBreakpoint().md ?? true;
  const signOut = useSignOut();
  const leave = () =>
    signOut.mutate(undefined, {
      onError: (error) => showFailure(t('session.signOut'), error),
    });
  const roleName = useRoleName();
  const roles = user.roles.map(roleName).join(' · ');
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          {
            key: 'user',
            disabled: true,
            label: (
              <Flex vertical>
                <Typography.Text strong>{user.displayName}</Typography.Text>
                <Typography.Text type="secondary">{roles}</Typography.Text>
              </Flex>
            ),
          },
          { type: 'divider' },
          {
            key: 'account',
            icon: <SafetyOutlined />,
            label: <Link to="/account">{t('account.title')}</Link>,
          },
          { key: 'out', icon: <LogoutOutlined />, label: t('session.signOut'), onClick: leave },
        ],
      }}
    >
      <Button type="text" className="user-button" title={t('app.userMenu', { name: user.displayName })}>
        <Avatar size={26} aria-hidden icon={<UserOutlined />} />
        {wide && <span>{user.displayName}</span>}
      </Button>
    </Dropdown>
  );
}
