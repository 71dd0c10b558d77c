import {
  ContactsOutlined,
  HomeOutlined,
  ImportOutlined,
  MenuOutlined,
  ScheduleOutlined,
  TagsOutlined,
} from '@ant-design/icons';
import { Button, Drawer, Flex, Grid, Layout, Menu } from 'antd';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation } from 'react-router';
import { useMay } from '../session/me';
import { Waiting } from './Loaded';
import { useLive } from './live';
import { QuickSearch } from './QuickSearch';
import { AppearanceSwitch, LanguageSwitch } from './switches';
import { UserMenu } from './UserMenu';

export function Shell() {
  const { t } = useTranslation();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [open, setOpen] = useState(false);
  useLive();
  return (
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
          <Suspense fallback={<Waiting />}>
            <Outlet />
          </Suspense>
        </Layout.Content>
      </Layout>
      {!wide && (
        <Drawer
          open={open}
          onClose={() => setOpen(false)}
          placement="left"
          size={260}
          title={t('app.name')}
          styles={{ body: { padding: 8 } }}
          footer={
            <Flex justify="space-between">
              <LanguageSwitch />
              <AppearanceSwitch />
            </Flex>
          }
        >
          <MainMenu onChosen={() => setOpen(false)} />
        </Drawer>
      )}
    </Layout>
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

function MainMenu({ onChosen }: { onChosen?: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const { pathname } = useLocation();
  const entries = [
    { path: '/', icon: <HomeOutlined />, label: t('menu.home'), shown: may('report.read') },
    { path: '/customers', icon: <ContactsOutlined />, label: t('menu.customers'), shown: may('customer.read') },
    { path: '/follow-ups', icon: <ScheduleOutlined />, label: t('menu.followUps'), shown: may('interaction.read') },
    { path: '/tags', icon: <TagsOutlined />, label: t('menu.tags'), shown: true },
    { path: '/imports', icon: <ImportOutlined />, label: t('menu.imports'), shown: may('import.run') },
  ];
  const current = entries.findLast(({ path }) => path === '/' || pathname.startsWith(path));
  return (
    <nav aria-label={t('app.menu')}>
      <Menu
        mode="inline"
        className="main-menu"
        selectedKeys={current && (current.path !== '/' || pathname === '/') ? [current.path] : []}
        onClick={onChosen}
        items={entries
          .filter(({ shown }) => shown)
          .map(({ path, icon, label }) => ({ key: path, icon, label: <Link to={path}>{label}</Link> }))}
      />
    </nav>
  );
}
