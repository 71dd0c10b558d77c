import type { FormInstance } from 'antd';
import { useEffect } from 'react';
import { problemOf } from '../api/problem';
import { placeErrors, showErrors } from '../form/field-errors';

/** Shows a failure's errors at their fields; what is left for a notice, if anything is. */
export function useFormErrors<Values>(
  form: FormInstance<Values>,
  error: unknown,
): { error: unknown; lines: string[] } | undefined {
  useEffect(() => {
    if (error) showErrors(form, problemOf(error));
  }, [error, form]);
  if (!error) return undefined;
  const problem = problemOf(error);
  const { lines } = placeErrors(problem, form as FormInstance);
  const placed = (problem.errors ?? []).length > lines.length;
  return placed ? undefined : { error, lines };
}
