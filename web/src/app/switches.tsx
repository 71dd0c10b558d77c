import { GlobalOutlined, MoonOutlined, SunOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { usePreferences } from './preferences';

/** Named in the language it leads to, for those who cannot read this one. */
export function LanguageSwitch() {
  const { t } = useTranslation();
  const { language, setLanguage } = usePreferences();
  const next = language === 'en' ? 'zh-CN' : 'en';
  return (
    <Button type="text" icon={<GlobalOutlined />} lang={next} onClick={() => setLanguage(next)}>
      {t('app.otherLanguage')}
    </Button>
  );
}

export function AppearanceSwitch() {
  const { t } = useTranslation();
  const { appearance, setAppearance } = usePreferences();
  const dark = appearance === 'dark';
  const label = dark ? t('app.toLight') : t('app.toDark');
  return (
    <Button
      type="text"
      aria-label={label}
      title={label}
      icon={dark ? <SunOutlined /> : <MoonOutlined />}
      onClick={() => setAppearance(dark ? 'light' : 'dark')}
    />
  );
}
