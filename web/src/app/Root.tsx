import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App, ConfigProvider } from 'antd';
import type { Locale } from 'antd/es/locale';
import { useMemo } from 'react';
import { isTransient, retryDelayMs } from '../api/problem';
import { PreferencesProvider, usePreferences } from './preferences';
import { Boundary } from './Boundary';
import { useCalm } from './motion';
import { Pages } from './routes';
import { themeOf } from './theme';

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Live messages call stale what changes; this is for what they may have missed.
      staleTime: 30_000,
      retry: (count, error) => count < 2 && isTransient(error),
      retryDelay: retryDelayMs,
    },
  },
});

export function Root({ locale }: { locale: Locale }) {
  return (
    <PreferencesProvider locale={locale}>
      <QueryClientProvider client={queryClient}>
        <Themed />
      </QueryClientProvider>
    </PreferencesProvider>
  );
}

function Themed() {
  const { locale, appearance } = usePreferences();
  const calm = useCalm();
  const theme = useMemo(() => themeOf(appearance, calm), [appearance, calm]);
  return (
    <ConfigProvider
      locale={locale}
      button={{ autoInsertSpace: false }}
      theme={theme}
      wave={{ disabled: calm }}
    >
      <App>
        <Boundary>
          <Pages />
        </Boundary>
      </App>
    </ConfigProvider>
  );
}
