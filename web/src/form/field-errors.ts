import type { FormInstance } from 'antd';
import type { Problem } from '../api/types';

type Path = (string | number)[];

/** "/phones/0/number" as antd names the field: ["phones", 0, "number"]. */
export function pathOf(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

export interface PlacedErrors {
  /** Messages by field of the form. */
  fields: { name: Path; errors: string[] }[];
  /** Messages that belong to no field of the form. */
  lines: string[];
}

/** Finds for each error the field it points at, or the nearest one around it. */
export function placeErrors(problem: Problem, form: Pick<FormInstance, 'getFieldsError'>): PlacedErrors {
  const names = new Set(form.getFieldsError().map(({ name }) => JSON.stringify(name)));
  const fields = new Map<string, { name: Path; errors: string[] }>();
  const lines: string[] = [];
  for (const { pointer, message } of problem.errors ?? []) {
    let path = pathOf(pointer);
    while (path.length > 0 && !names.has(JSON.stringify(path))) path = path.slice(0, -1);
    if (path.length === 0) {
      lines.push(message);
      continue;
    }
    const key = JSON.stringify(path);
    const field = fields.get(key) ?? { name: path, errors: [] };
    field.errors.push(message);
    fields.set(key, field);
  }
  return { fields: [...fields.values()], lines };
}

/** Shows the errors at their fields and brings the first one into view. */
export function showErrors<Values>(form: FormInstance<Values>, problem: Problem): void {
  const { fields } = placeErrors(problem, form as FormInstance);
  (form as FormInstance).setFields(fields);
  const [first] = fields;
  if (first) form.scrollToField(first.name, { block: 'center', focus: true });
}

/** Takes the server's errors off what was changed since. */
export function forgetErrors<Values>(form: FormInstance<Values>, changed: unknown): void {
  const touched = leaves(changed, []);
  const stale = (form as FormInstance)
    .getFieldsError()
    .filter(({ name, errors }) => errors.length > 0 && touched.some((leaf) => isPrefix(name, leaf)));
  (form as FormInstance).setFields(stale.map(({ name }) => ({ name, errors: [] })));
}

function leaves(value: unknown, path: Path): Path[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((item, index) => leaves(item, [...path, index]))];
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

function isPrefix(name: Path, leaf: Path): boolean {
  return name.every((part, index) => part === leaf[index]);
}
