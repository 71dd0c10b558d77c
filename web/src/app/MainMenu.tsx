import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { usePages } from './pages';

export function MainMenu({ onChosen }: { onChosen?: () => void }) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t('app.menu')}>
      <ul className="main-menu">
        {usePages().map(({ path, icon, label }) => (
          <li key={path}>
            <NavLink to={path} end={path === '/'} onClick={onChosen}>
              {icon}
              {label}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
