import { EllipsisOutlined } from '@ant-design/icons';
import { Tabs as Bare, type TabsProps } from 'antd';
import { useTranslation } from 'react-i18next';

/** Ant Design's tabs, whose button for those without room has no name there, and their list an English one. */
export function Tabs(props: TabsProps) {
  const { t } = useTranslation();
  const label = t('app.moreTabs');
  return (
    <Bare
      more={{ icon: <EllipsisOutlined aria-label={label} /> }}
      locale={{ dropdownAriaLabel: label }}
      {...props}
    />
  );
}
