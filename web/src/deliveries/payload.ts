/** What a change says, one value a line: `after.phones[0].number`. What nobody filled in says nothing. */
export function linesOf(payload: unknown, path = ''): [path: string, value: string][] {
  if (Array.isArray(payload)) return payload.flatMap((item, place) => linesOf(item, `${path}[${place}]`));
  if (typeof payload === 'object' && payload !== null)
    return Object.entries(payload).flatMap(([name, value]) =>
      linesOf(value, path ? `${path}.${name}` : name),
    );
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload ?? '');
  return text === '' || text === '""' || text.endsWith('_UNSPECIFIED') ? [] : [[path, text]];
}
