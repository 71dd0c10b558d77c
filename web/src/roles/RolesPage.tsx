import './roles.css';
import { Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Tabs } from '../app/Tabs';
import { PageTitle } from '../app/text';
import { EffectiveView } from '../permissions/EffectiveView';
import { QuestionView } from '../permissions/QuestionView';
import { RoleList } from './RoleList';

/** Roles, what they come to for a person, and why somebody may do something or may not. */
export default function RolesPage() {
  const { t } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const personId = parameters.get('person') ?? '';
  const show = (tab: string, person: string) =>
    setParameters({ tab, ...(person && { person }) }, { replace: true });
  const viewOf = (tab: string) => ({ personId, onPerson: (id: string) => show(tab, id) });
  return (
    <Flex vertical gap={4}>
      <title>{`${t('role.pageTitle')} · CIMS`}</title>
      <PageTitle>{t('role.pageTitle')}</PageTitle>
      <Tabs
        activeKey={parameters.get('tab') ?? 'roles'}
        onChange={(tab) => show(tab, personId)}
        items={[
          { key: 'roles', label: t('role.title'), children: <RoleList /> },
          { key: 'person', label: t('explain.effective'), children: <EffectiveView {...viewOf('person')} /> },
          { key: 'why', label: t('explain.title'), children: <QuestionView {...viewOf('why')} /> },
        ]}
      />
    </Flex>
  );
}
