import './permissions.css';
import { useQuery } from '@tanstack/react-query';
import { Button, Flex, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../api/types';
import { Loaded } from '../app/Loaded';
import { CustomerPicker } from '../customers/CustomerPicker';
import { useOperationOptions } from '../roles/catalogue';
import { explainQuery, type Question } from './explain';
import { Explanation } from './Explanation';
import { PersonSelect } from './PersonSelect';

type RecordKind = 'any' | 'customer' | 'interaction';
const KINDS: RecordKind[] = ['any', 'customer', 'interaction'];

interface QuestionViewProps {
  personId: string;
  onPerson: (id: string) => void;
}

/** May this person do this to that record, and why? */
export function QuestionView({ personId, onPerson }: QuestionViewProps) {
  const { t } = useTranslation();
  const [operation, setOperation] = useState<string>();
  const [kind, setKind] = useState<RecordKind>('any');
  const [customer, setCustomer] = useState<Customer>();
  const [interactionId, setInteractionId] = useState('');
  const [question, setQuestion] = useState<Question>();
  const operations = useOperationOptions();

  const resource = {
    any: undefined,
    customer: customer && { type: 'customer.customer', id: customer.id },
    interaction: interactionId.trim()
      ? { type: 'interaction.interaction', id: interactionId.trim() }
      : undefined,
  }[kind];
  const complete = personId !== '' && operation !== undefined && (kind === 'any' || resource !== undefined);
  const ask = () => {
    if (operation !== undefined) setQuestion({ userId: personId, operation, resource });
  };
  return (
    <Flex vertical gap={12} className="permissions-view">
      <div className="question">
        <PersonSelect value={personId} onChange={onPerson} />
        <Select<string>
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t('explain.operation')}
          placeholder={t('explain.operation')}
          value={operation}
          options={operations}
          onChange={setOperation}
        />
        <Select<RecordKind>
          aria-label={t('explain.record')}
          value={kind}
          options={KINDS.map((value) => ({ value, label: t(`explain.kind.${value}`) }))}
          onChange={setKind}
        />
        {kind === 'customer' && <CustomerPicker value={customer} onChange={setCustomer} />}
        {kind === 'interaction' && (
          <Input
            aria-label={t('explain.interactionId')}
            placeholder={t('explain.interactionId')}
            value={interactionId}
            onChange={(event) => setInteractionId(event.target.value)}
          />
        )}
      </div>
      <Button type="primary" className="fit" disabled={!complete} onClick={ask}>
        {t('explain.ask')}
      </Button>
      {question && <Answered key={JSON.stringify(question)} question={question} />}
    </Flex>
  );
}

function Answered({ question }: { question: Question }) {
  const query = useQuery(explainQuery(question));
  return (
    <Loaded query={query} rows={4}>
      {(explained) => <Explanation question={question} explained={explained} />}
    </Loaded>
  );
}
