import { Alert, Button, Flex } from 'antd';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { pathOf, problemOf, UNREACHABLE } from '../api/problem';
import type { Problem } from '../api/types';
import { Why } from '../permissions/Why';
import { Note } from './text';

/** What to do next, by what went wrong. */
export function advice(problem: Problem, t: TFunction): string {
  if (problem.code === UNREACHABLE) return t('failure.advice.unreachable');
  if (problem.code.startsWith('EXTERNAL_')) return t('failure.advice.external');
  switch (problem.status) {
    case 400:
      return t('failure.advice.invalid');
    case 401:
      return t('failure.advice.signIn');
    case 403:
      return t('failure.advice.forbidden');
    case 404:
      return t('failure.advice.notFound');
    case 409:
      return problem.code === 'IN_FLIGHT' ? t('failure.advice.inFlight') : t('failure.advice.duplicate');
    case 412:
      return t('failure.advice.stale');
    case 413:
      return t('failure.advice.tooLarge');
    case 415:
      return t('failure.advice.fileType');
    case 422:
      return t('failure.advice.state');
    case 429:
    case 503:
      return t('failure.advice.busy');
    default:
      return t('failure.advice.unexpected');
  }
}

function headline(problem: Problem, t: TFunction): string {
  if (problem.code === UNREACHABLE) return t('failure.unreachable');
  return problem.title || t('failure.unexpected');
}

interface FailureProps {
  error: unknown;
  onRetry?: () => void;
  /** Lines that found no place in the form. */
  lines?: string[];
}

/** The one way a failure is shown: what happened, what to do next, the trace id for those who help. */
export function Failure({ error, onRetry, lines = [] }: FailureProps) {
  const { t } = useTranslation();
  const problem = problemOf(error);
  const detail = problem.detail === problem.title ? undefined : problem.detail;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={headline(problem, t)}
      description={
        <Flex vertical gap={4} align="start">
          {detail && <span>{detail}</span>}
          {lines.map((line) => (
            <span key={line}>{line}</span>
          ))}
          <span>{advice(problem, t)}</span>
          {problem.status === 403 && problem.operation && (
            <Why operation={problem.operation} path={pathOf(error)} />
          )}
          {problem.traceId && (
            <Note>
              {t('failure.traceId')} <code className="trace-id">{problem.traceId}</code>
            </Note>
          )}
          {onRetry && (
            <Button size="small" onClick={onRetry}>
              {t('action.retry')}
            </Button>
          )}
        </Flex>
      }
    />
  );
}
