import { theme, type ThemeConfig } from 'antd';

// Ant Design's colours, but for those whose texts would be too faint to read: all of them reach a contrast of 4.5.

export function themeOf(appearance: 'light' | 'dark', calm: boolean): ThemeConfig {
  const colours = appearance === 'dark' ? DARK : LIGHT;
  return { ...colours, token: { ...colours.token, motion: !calm } };
}

const SHAPE = { borderRadius: 6 };

const LIGHT: ThemeConfig = {
  algorithm: theme.defaultAlgorithm,
  token: {
    ...SHAPE,
    colorPrimary: '#1f5fd6',
    colorLink: '#1f5fd6',
    colorInfo: '#1f5fd6',
    colorError: '#d4242b',
    colorSuccess: '#267a0c',
    colorSuccessBg: '#f0f9eb',
    colorSuccessBorder: '#b7e0a3',
    colorWarning: '#9a5b00',
    colorWarningBg: '#fff7e6',
    colorWarningBorder: '#ffd591',
    colorTextTertiary: 'rgb(0 0 0 / 62%)',
    colorTextDescription: 'rgb(0 0 0 / 62%)',
    colorTextPlaceholder: 'rgb(0 0 0 / 56%)',
  },
  components: {
    Layout: layout('#ffffff', '#f5f6f8'),
    Button: { colorPrimaryHover: '#1a52bd', colorErrorHover: '#b51d23' },
  },
};

const DARK: ThemeConfig = {
  algorithm: theme.darkAlgorithm,
  token: {
    ...SHAPE,
    colorPrimary: '#4880e8',
    colorLink: '#7aa7ff',
    colorError: '#ff7875',
    colorTextTertiary: 'rgb(255 255 255 / 62%)',
    colorTextDescription: 'rgb(255 255 255 / 62%)',
    colorTextPlaceholder: 'rgb(255 255 255 / 56%)',
  },
  components: {
    Layout: layout('#17191d', '#0f1114'),
    // What carries white text is darker than what stands as text on the dark ground.
    Button: { colorPrimaryHover: '#3763b5', dangerColor: '#1a0606' },
    Tabs: { itemSelectedColor: '#7aa7ff', itemHoverColor: '#9dbeff' },
    Radio: { buttonColor: 'rgb(255 255 255 / 85%)' },
  },
};

function layout(bar: string, body: string) {
  return {
    headerBg: bar,
    siderBg: bar,
    lightSiderBg: bar,
    bodyBg: body,
    headerHeight: 52,
    headerPadding: '0 16px',
  };
}
