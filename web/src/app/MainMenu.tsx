import { Menu } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { usePages } from './pages';

export function MainMenu({ onChosen }: { onChosen?: () => void }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const pages = usePages();
  const current = pages.findLast(({ path }) => path === '/' || pathname.startsWith(path));
  return (
    <nav aria-label={t('app.menu')}>
      <Menu
        mode="inline"
        className="main-menu"
        selectedKeys={current && (current.path !== '/' || pathname === '/') ? [current.path] : []}
        onClick={onChosen}
        items={pages.map(({ path, icon, label }) => ({
          key: path,
          icon,
          label: <Link to={path}>{label}</Link>,
        }))}
      />
    </nav>
  );
}
