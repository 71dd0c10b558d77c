import { MenuOutlined } from '@ant-design/icons';
import { Button, Flex, Grid, Layout } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation } from 'react-router';
import { RecordContactProvider } from '../interactions/record-contact';
import { Boundary } from './Boundary';
import { Guard } from './Guard';
import { Waiting } from './Loaded';
import { useLive } from './live';
import { MainMenu } from './MainMenu';
import { Overlays } from './Overlays';
import { QuickSearch } from './QuickSearch';
import { AppearanceSwitch, LanguageSwitch } from './switches';
import { UserMenu } from './UserMenu';

const MenuDrawer = lazy(() => import('./MenuDrawer'));

export function Shell() {
  const { t } = useTranslation();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [open, setOpen] = useState(false);
  const { pathname } = useLocation();
  useLive();
  return (
    <RecordContactProvider>
      <Layout className="shell">
        {wide && (
          <Layout.Sider theme="light" width={200} className="side">
            <Brand />
            <MainMenu />
          </Layout.Sider>
        )}
        <Layout>
          <Layout.Header className="header">
            {!wide && (
              <Button
                type="text"
                icon={<MenuOutlined />}
                aria-label={t('app.menu')}
                aria-expanded={open}
                onClick={() => setOpen(true)}
              />
            )}
            <QuickSearch />
            <Flex align="center" gap={4} className="header-end">
              {wide && <LanguageSwitch />}
              {wide && <AppearanceSwitch />}
              <UserMenu />
            </Flex>
          </Layout.Header>
          <Layout.Content className="page">
            <Boundary key={pathname}>
              <Suspense fallback={<Waiting />}>
                <Guard>
                  <Outlet />
                </Guard>
              </Suspense>
            </Boundary>
          </Layout.Content>
        </Layout>
        <Suspense fallback={null}>
          {!wide && <MenuDrawer open={open} onClose={() => setOpen(false)} />}
        </Suspense>
        <Overlays />
      </Layout>
    </RecordContactProvider>
  );
}

function Brand() {
  const { t } = useTranslation();
  return (
    <Link to="/" className="brand">
      <img src="/favicon.svg" alt="" width={26} height={26} />
      <span>{t('app.name')}</span>
    </Link>
  );
}
