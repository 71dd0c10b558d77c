import type { Me } from '../api/types';

export type Section = 'next' | 'dueSoon' | 'figures' | 'team' | 'charts';

/** What each role begins its day with, the most pressing first. */
const SECTIONS: [role: string, sections: Section[]][] = [
  ['manager', ['figures', 'team', 'next', 'charts']],
  ['administrator', ['figures', 'team', 'next', 'charts']],
  ['executive', ['figures', 'charts', 'team']],
  ['marketing', ['figures', 'charts', 'team']],
  ['representative', ['next', 'figures', 'charts']],
  ['service_agent', ['dueSoon', 'figures', 'charts']],
];

const FOR_OTHERS: Section[] = ['figures', 'next', 'charts', 'team'];

/** The sections of the first role that the person has; a role that the administrator made shows everything. */
export function sectionsOf(roles: Me['user']['roles']): Section[] {
  return SECTIONS.find(([role]) => roles.includes(role))?.[1] ?? FOR_OTHERS;
}
