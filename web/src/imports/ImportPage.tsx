import './imports.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Flex, Grid, Steps, Typography } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { keys } from '../api/keys';
import type { Import } from '../api/types';
import { Loaded } from '../app/Loaded';
import { PageTitle } from '../app/text';
import { ColumnsStep } from './ColumnsStep';
import { DuplicatesStep } from './DuplicatesStep';
import { ImportReport } from './ImportReport';
import { ImportState } from './ImportState';
import { Unreadable } from './Unreadable';
import { importQuery } from './queries';
import { RowsStep } from './RowsStep';
import {
  CHOSEN_STEPS,
  type ChosenStep,
  rememberedStep,
  rememberStep,
  type Step,
  stepOf,
  STEPS,
} from './steps';
import { Working } from './Working';

export default function ImportPage() {
  const { id = '' } = useParams();
  const query = useQuery(importQuery(id));
  return <Loaded query={query}>{(record) => <Wizard key={record.id} record={record} />}</Loaded>;
}

/** The address names the step, so that leaving and coming back finds it again. */
function useStep(record: Import): [Step, (step: ChosenStep) => void] {
  const [parameters, setParameters] = useSearchParams();
  const asked = CHOSEN_STEPS.find((step) => step === parameters.get('step'));
  const choose = (step: ChosenStep) => {
    rememberStep(record.id, step);
    setParameters({ step }, { replace: true });
  };
  return [stepOf(record.state, asked ?? rememberedStep(record.id)), choose];
}

function Wizard({ record }: { record: Import }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [step, choose] = useStep(record);
  const { state } = record;
  useEffect(() => {
    // What the import wrote, or took back, is in every list now.
    if (state === 'SUCCEEDED' || state === 'REVERTED')
      void queryClient.invalidateQueries({ queryKey: keys.customers });
  }, [state, queryClient]);
  return (
    <Flex vertical gap={12}>
      <title>{`${record.fileName} · CIMS`}</title>
      <Flex align="center" gap={8} wrap>
        <PageTitle>{record.fileName}</PageTitle>
        <ImportState state={state} />
        <Link to="/imports" className="push-end">
          <Button>{t('import.toList')}</Button>
        </Link>
      </Flex>
      <StepBar record={record} step={step} onChoose={choose} />
      <StepBody record={record} step={step} onChoose={choose} />
    </Flex>
  );
}

interface StepProps {
  record: Import;
  step: Step;
  onChoose: (step: ChosenStep) => void;
}

function StepBar({ record, step, onChoose }: StepProps) {
  const { t } = useTranslation();
  const wide = Grid.useBreakpoint().md ?? true;
  const current = STEPS.indexOf(step);
  return (
    <Card size="small">
      {wide ? (
        <Steps
          size="small"
          current={current}
          status={record.state === 'FAILED' ? 'error' : undefined}
          onChange={(index) => {
            const chosen = CHOSEN_STEPS.find((key) => key === STEPS[index]);
            if (chosen) onChoose(chosen);
          }}
          items={STEPS.map((key) => ({
            title: t(`import.step.${key}`),
            disabled: record.state !== 'READY' || !CHOSEN_STEPS.some((chosen) => chosen === key),
          }))}
        />
      ) : (
        <Typography.Text strong>
          {t('import.stepOf', {
            current: current + 1,
            total: STEPS.length,
            step: t(`import.step.${step}`),
          })}
        </Typography.Text>
      )}
    </Card>
  );
}

function StepBody({ record, step, onChoose }: StepProps) {
  if (record.state === 'CHECKING' || record.state === 'RUNNING') return <Working record={record} />;
  switch (step) {
    case 'upload':
      return <Unreadable record={record} />;
    case 'columns':
      return <ColumnsStep key={record.etag} record={record} onNext={() => onChoose('rows')} />;
    case 'rows':
      return (
        <RowsStep record={record} onBack={() => onChoose('columns')} onNext={() => onChoose('duplicates')} />
      );
    case 'duplicates':
      return <DuplicatesStep record={record} onBack={() => onChoose('rows')} />;
    case 'run':
    case 'report':
      return <ImportReport record={record} />;
  }
}
