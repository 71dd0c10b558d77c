import type { Locale } from 'antd/es/locale';
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { type Language, speak, storedLanguage } from './language';

export type Appearance = 'light' | 'dark';

interface Preferences {
  language: Language;
  locale: Locale;
  appearance: Appearance;
  setLanguage: (language: Language) => void;
  setAppearance: (appearance: Appearance) => void;
}

const STORED_APPEARANCE = 'cims.appearance';
const Context = createContext<Preferences | undefined>(undefined);

export function usePreferences(): Preferences {
  const preferences = use(Context);
  if (!preferences) throw new Error('outside PreferencesProvider');
  return preferences;
}

export function PreferencesProvider({ locale: first, children }: { locale: Locale; children: ReactNode }) {
  const [spoken, setSpoken] = useState({ language: storedLanguage(), locale: first });
  const [appearance, setAppearance] = useState<Appearance>(storedAppearance);
  const setLanguage = useCallback((language: Language) => {
    void speak(language).then((locale) => setSpoken({ language, locale }));
  }, []);
  useEffect(() => {
    document.documentElement.dataset.appearance = appearance;
    localStorage.setItem(STORED_APPEARANCE, appearance);
  }, [appearance]);
  const value = useMemo(
    () => ({ ...spoken, appearance, setLanguage, setAppearance }),
    [spoken, appearance, setLanguage],
  );
  return <Context value={value}>{children}</Context>;
}

function storedAppearance(): Appearance {
  const stored = localStorage.getItem(STORED_APPEARANCE);
  if (stored === 'light' || stored === 'dark') return stored;
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}
