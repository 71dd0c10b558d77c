import type { Locale } from 'antd/es/locale';
import dayjs from 'dayjs';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const STORED = 'cims.language';

interface Pack {
  messages: object;
  antd: Locale;
}

// Each language is a chunk of its own: nobody loads both.
const packs: Record<Language, () => Promise<Pack>> = {
  'zh-CN': async () => {
    const [messages, antd] = await Promise.all([
      import('../messages/zh-CN.json'),
      import('antd/es/locale/zh_CN'),
      import('dayjs/locale/zh-cn'),
    ]);
    return { messages: messages.default, antd: antd.default };
  },
  en: async () => {
    const [messages, antd] = await Promise.all([
      import('../messages/en.json'),
      import('antd/es/locale/en_US'),
    ]);
    return { messages: messages.default, antd: antd.default };
  },
};

export function storedLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  return LANGUAGES.find((language) => language === stored) ?? 'zh-CN';
}

/** Makes everything speak the language: messages, Ant Design, dates, and the page itself. */
export async function speak(language: Language): Promise<Locale> {
  const pack = await packs[language]();
  if (!i18next.isInitialized) {
    await i18next.use(initReactI18next).init({
      lng: language,
      fallbackLng: false,
      resources: { [language]: { translation: pack.messages } },
      interpolation: { escapeValue: false },
      returnNull: false,
    });
  } else {
    i18next.addResourceBundle(language, 'translation', pack.messages);
    await i18next.changeLanguage(language);
  }
  dayjs.locale(language.toLowerCase());
  document.documentElement.lang = language;
  localStorage.setItem(STORED, language);
  return pack.antd;
}
