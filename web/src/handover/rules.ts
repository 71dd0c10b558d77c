import type { HandoverRule } from '../api/types';
import { regionPath } from '../regions/regions';

/** How it is decided who gets what. */
export type Way = 'all' | 'region' | 'level';

/** Records of a region or level, and who gets them. */
export interface Line {
  key: string;
  code: string;
  receivers: string[];
}

/** What is chosen in the dialog. */
export interface Choice {
  way: Way;
  lines: Line[];
  /** Who gets all the rest; nobody: it stays. */
  rest: string[];
}

export function newLine(): Line {
  return { key: crypto.randomUUID(), code: '', receivers: [] };
}

/** Of each line both parts are chosen, and somebody gets something. */
export function isComplete({ way, lines, rest }: Choice): boolean {
  if (way === 'all') return rest.length > 0;
  return lines.every(({ code, receivers }) => code !== '' && receivers.length > 0);
}

/** The rules of what is chosen so far. The first that fits decides, so a district stands before its city. */
export function rulesOf({ way, lines, rest }: Choice): HandoverRule[] {
  const chosen = way === 'all' ? [] : lines.filter(({ code, receivers }) => code && receivers.length > 0);
  const narrowest = chosen.toSorted((one, other) => depth(other) - depth(one));
  const rules = narrowest.map(({ code, receivers }): HandoverRule => {
    const [regionCode, level] = way === 'region' ? [code, ''] : ['', code];
    return { regionCode, level, receiverIds: receivers };
  });
  return rest.length > 0 ? [...rules, { regionCode: '', level: '', receiverIds: rest }] : rules;
}

function depth({ code }: Line): number {
  return regionPath(code).length;
}
