import { Flex } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { AppearanceSwitch, LanguageSwitch } from '../app/switches';
import { Note, PageTitle } from '../app/text';

/** What stands around every way to sign in. */
export function SignInFrame({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Flex component="main" vertical align="center" justify="center" className="sign-in" gap={16}>
      <div className="sign-in-card">
        <Flex vertical align="center" gap={4} className="sign-in-head">
          <img src="/favicon.svg" alt="" width={44} height={44} />
          <PageTitle>{t('app.name')}</PageTitle>
          <Note>{t('app.purpose')}</Note>
        </Flex>
        {children}
      </div>
      <Flex gap={8}>
        <LanguageSwitch />
        <AppearanceSwitch />
      </Flex>
    </Flex>
  );
}
