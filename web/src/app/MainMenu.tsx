import {
  ContactsOutlined,
  HomeOutlined,
  ImportOutlined,
  MessageOutlined,
  ScheduleOutlined,
  TagsOutlined,
} from '@ant-design/icons';
import { Menu } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { useMay } from '../session/me';

export function MainMenu({ onChosen }: { onChosen?: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const { pathname } = useLocation();
  const entries = [
    { path: '/', icon: <HomeOutlined />, label: t('menu.home'), shown: may('report.read') },
    {
      path: '/customers',
      icon: <ContactsOutlined />,
      label: t('menu.customers'),
      shown: may('customer.read'),
    },
    {
      path: '/follow-ups',
      icon: <ScheduleOutlined />,
      label: t('menu.followUps'),
      shown: may('interaction.read'),
    },
    {
      path: '/interactions',
      icon: <MessageOutlined />,
      label: t('menu.interactions'),
      shown: may('interaction.read'),
    },
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
