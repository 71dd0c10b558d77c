import {
  BookOutlined,
  ContactsOutlined,
  FileSearchOutlined,
  HomeOutlined,
  ImportOutlined,
  MessageOutlined,
  SafetyCertificateOutlined,
  ScheduleOutlined,
  SendOutlined,
  TagsOutlined,
  TeamOutlined,
  UserSwitchOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../session/me';
import { useMayOpen } from './page-rights';

interface Page {
  path: string;
  icon: ReactNode;
  label: string;
}

/** The pages that the reader may open, for the menu, the command palette and the way on from no page. */
export function usePages(): Page[] {
  const { t } = useTranslation();
  const may = useMay();
  const mayOpen = useMayOpen();
  const pages = [
    // Who has no figures is greeted there all the same.
    { path: '/', icon: <HomeOutlined />, label: t('menu.home'), offered: may('report.read') },
    { path: '/customers', icon: <ContactsOutlined />, label: t('menu.customers') },
    { path: '/follow-ups', icon: <ScheduleOutlined />, label: t('menu.followUps') },
    { path: '/interactions', icon: <MessageOutlined />, label: t('menu.interactions') },
    { path: '/tags', icon: <TagsOutlined />, label: t('menu.tags') },
    { path: '/imports', icon: <ImportOutlined />, label: t('menu.imports') },
    {
      path: '/team',
      icon: <UserSwitchOutlined />,
      label: t('team.title'),
      // Administrators have everybody.
      offered: !may('organisation.manage'),
    },
    { path: '/people', icon: <TeamOutlined />, label: t('menu.people') },
    { path: '/roles', icon: <SafetyCertificateOutlined />, label: t('menu.roles') },
    { path: '/log', icon: <FileSearchOutlined />, label: t('menu.log') },
    { path: '/dictionaries', icon: <BookOutlined />, label: t('menu.dictionaries') },
    { path: '/deliveries', icon: <SendOutlined />, label: t('menu.deliveries') },
  ];
  return pages.filter(({ path, offered = true }) => offered && mayOpen(path));
}
