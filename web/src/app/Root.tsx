import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App, ConfigProvider, theme } from 'antd';
import type { Locale } from 'antd/es/locale';
import { isTransient, retryDelayMs } from '../api/problem';
import { PreferencesProvider, usePreferences } from './preferences';
import { Boundary } from './Boundary';
import { Pages } from './routes';

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
  const dark = appearance === 'dark';
  return (
    <ConfigProvider
      locale={locale}
      button={{ autoInsertSpace: false }}
      theme={{
        algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
        token: {
          colorPrimary: dark ? '#4d88f0' : '#1f5fd6',
          borderRadius: 6,
          colorLink: dark ? '#7aa7ff' : '#1f5fd6',
        },
        components: {
          Layout: {
            headerBg: dark ? '#17191d' : '#ffffff',
            siderBg: dark ? '#17191d' : '#ffffff',
            lightSiderBg: dark ? '#17191d' : '#ffffff',
            bodyBg: dark ? '#0f1114' : '#f5f6f8',
            headerHeight: 52,
            headerPadding: '0 16px',
          },
        },
      }}
    >
      <App>
        <Boundary>
          <Pages />
        </Boundary>
      </App>
    </ConfigProvider>
  );
}
