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
import { useSeesFollowUps } from '../interactions/sees-follow-ups';
import { useMay } from '../session/me';

interface Page {
  path: string;
  icon: ReactNode;
  label: string;
}

/** The pages that the reader may open, for the menu and the command palette. */
export function usePages(): Page[] {
  const { t } = useTranslation();
  const may = useMay();
  const seesFollowUps = useSeesFollowUps();
  const pages = [
    { path: '/', icon: <HomeOutlined />, label: t('menu.home'), shown: may('report.read') },
    {
      path: '/customers',
      icon: <ContactsOutlined />,
      label: t('menu.customers'),
      shown: may('customer.read'),
    },
    {
      path: '/follow-ups',
      icon: <ScheduleOutlined />,
      label: t('menu.followUps'),
      shown: seesFollowUps,
    },
    {
      path: '/interactions',
      icon: <MessageOutlined />,
      label: t('menu.interactions'),
      shown: may('interaction.read'),
    },
    { path: '/tags', icon: <TagsOutlined />, label: t('menu.tags'), shown: true },
    { path: '/imports', icon: <ImportOutlined />, label: t('menu.imports'), shown: may('import.run') },
    {
      path: '/team',
      icon: <UserSwitchOutlined />,
      label: t('team.title'),
      // Administrators have everybody.
      shown: may('customer.handover') && !may('organisation.manage'),
    },
    {
      path: '/people',
      icon: <TeamOutlined />,
      label: t('menu.people'),
      shown: may('organisation.manage'),
    },
    {
      path: '/roles',
      icon: <SafetyCertificateOutlined />,
      label: t('menu.roles'),
      shown: may('organisation.manage'),
    },
    { path: '/log', icon: <FileSearchOutlined />, label: t('menu.log'), shown: may('log.read') },
    {
      path: '/dictionaries',
      icon: <BookOutlined />,
      label: t('menu.dictionaries'),
      shown: may('organisation.manage'),
    },
    {
      path: '/deliveries',
      icon: <SendOutlined />,
      label: t('menu.deliveries'),
      shown: may('delivery.manage'),
    },
  ];
  return pages.filter(({ shown }) => shown);
}
