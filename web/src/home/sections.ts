import type { Me } from '../api/types';

export type Section = 'next' | 'dueSoon' | 'figures' | 'team' | 'trend' | 'charts';

/** What each role begins its day with, the most pressing first. */
const SECTIONS: [role: string, sections: Section[]][] = [
  ['manager', ['figures', 'team', 'trend', 'next', 'charts']],
  ['administrator', ['figures', 'team', 'trend', 'next', 'charts']],
  ['executive', ['figures', 'trend', 'charts', 'team']],
  ['marketing', ['figures', 'trend', 'charts', 'team']],
  ['representative', ['next', 'figures', 'trend', 'charts']],
  ['service_agent', ['dueSoon', 'figures', 'trend', 'charts']],
];

const FOR_OTHERS: Section[] = ['figures', 'next', 'trend', 'charts', 'team'];

/** The sections of the first role that the person has; a role that the administrator made shows everything. */
export function sectionsOf(roles: Me['user']['roles']): Section[] {
  return SECTIONS.find(([role]) => roles.includes(role))?.[1] ?? FOR_OTHERS;
}
