/** What a form holds and what a record holds, made comparable: blanks trimmed, nothing absent. */
export function clean(value: unknown): unknown {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value.trim();
  if (Array.isArray(value)) return value.map(clean).filter((item) => item !== '');
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner)]));
  return value;
}

export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(clean(a)) === JSON.stringify(clean(b));
}

/** The fields that differ from the record: they make the update mask. */
export function changedFields<T extends object>(
  values: T,
  base: T,
  fields: readonly (keyof T & string)[],
): string[] {
  return fields.filter((field) => !same(values[field], base[field]));
}

/**
 * Lays what was typed upon a newer version of the record: untouched fields and those given up take the newer value,
 * the others keep what was typed.
 */
export function rebase<T extends object>(values: T, base: T, newer: T, givenUp: readonly string[]): T {
  const kept = Object.entries(values).filter(
    ([field, value]) => !givenUp.includes(field) && !same(value, base[field as keyof T]),
  );
  return { ...values, ...newer, ...Object.fromEntries(kept) };
}
