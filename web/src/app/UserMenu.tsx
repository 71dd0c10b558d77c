import { LogoutOutlined, SafetyOutlined } from '@ant-design/icons';
import { Button, Grid } from 'antd';
import { useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Avatar } from '../people/Avatar';
import { useRoleName } from '../roles/roles';
import { useMe } from '../session/me';
import { useSignOut } from '../session/sign-out';
import { useFailureDialog } from './failure-dialog';
import { Note } from './text';

/** Who is signed in, and the way out. The browser opens and closes it, at its button. */
export function UserMenu() {
  const { t } = useTranslation();
  const { user } = useMe();
  const id = useId();
  const menu = useRef<HTMLDivElement>(null);
  const showFailure = useFailureDialog();
  const wide = Grid.useBreakpoint().md ?? true;
  const signOut = useSignOut();
  const leave = () =>
    signOut.mutate(undefined, {
      onError: (error) => showFailure(t('session.signOut'), error),
    });
  const roleName = useRoleName(user.roles);
  const roles = user.roles.map(roleName).join(' · ');
  return (
    <>
      <button
        type="button"
        popoverTarget={id}
        className="user-button"
        aria-label={t('app.userMenu', { name: user.displayName })}
      >
        <Avatar user={user} size={26} />
        {wide && <span>{user.displayName}</span>}
      </button>
      <div id={id} ref={menu} popover="auto" className="user-menu">
        <strong>{user.displayName}</strong>
        <Note>{roles}</Note>
        <Link to="/account" onClick={() => menu.current?.hidePopover()}>
          <SafetyOutlined /> {t('account.title')}
        </Link>
        <Button block icon={<LogoutOutlined />} loading={signOut.isPending} onClick={leave}>
          {t('session.signOut')}
        </Button>
      </div>
    </>
  );
}
