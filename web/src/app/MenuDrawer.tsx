import { Drawer, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { MainMenu } from './MainMenu';
import { AppearanceSwitch, LanguageSwitch } from './switches';

/** The menu on a phone. */
export default function MenuDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer
      open={open}
      onClose={onClose}
      placement="left"
      size={260}
      title={t('app.name')}
      styles={{ body: { padding: 8 } }}
      footer={
        <Flex justify="space-between">
          <LanguageSwitch />
          <AppearanceSwitch />
        </Flex>
      }
    >
      <MainMenu onChosen={onClose} />
    </Drawer>
  );
}
