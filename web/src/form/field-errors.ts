import type { FormInstance } from 'antd';
import type { Problem } from '../api/problem';

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
export function placeErrors(problem: Problem, known: Path[]): PlacedErrors {
  const names = new Set(known.map((name) => JSON.stringify(name)));
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

/** Shows the errors at their fields, brings the first one into view, and returns the lines left over. */
export function showErrors<Values>(form: FormInstance<Values>, problem: Problem): string[] {
  const known = form.getFieldsError().map(({ name }) => name as Path);
  const { fields, lines } = placeErrors(problem, known);
  form.setFields(fields as unknown as Parameters<typeof form.setFields>[0]);
  const [first] = fields;
  if (first) form.scrollToField(first.name as never, { block: 'center', focus: true });
  return lines;
}
