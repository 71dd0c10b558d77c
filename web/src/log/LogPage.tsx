import './log.css';
import { Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Tabs } from '../app/Tabs';
import { PageTitle } from '../app/text';
import { LogFilters } from './LogFilters';
import { OperationLog } from './OperationLog';
import { SignInLog } from './SignInLog';

/** What was done, and who signed in; the filter stands in the address and serves both. */
export default function LogPage() {
  const { t } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const of = (name: string) => parameters.get(name) ?? '';
  const filter = { person: of('person'), from: of('from'), to: of('to'), record: of('record') };
  const narrow = (part: Record<string, string>) =>
    setParameters(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(part))
          if (value) after.set(name, value);
          else after.delete(name);
        return after;
      },
      { replace: true },
    );
  const tab = of('tab') || 'operations';
  return (
    <Flex vertical gap={12}>
      <title>{`${t('log.title')} · CIMS`}</title>
      <PageTitle>{t('log.title')}</PageTitle>
      <LogFilters filter={filter} withRecord={tab === 'operations'} onChange={narrow} />
      <Tabs
        activeKey={tab}
        onChange={(next) => narrow({ tab: next })}
        items={[
          { key: 'operations', label: t('log.operations'), children: <OperationLog filter={filter} /> },
          { key: 'signIns', label: t('log.signIns'), children: <SignInLog filter={filter} /> },
        ]}
      />
    </Flex>
  );
}
