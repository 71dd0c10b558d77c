import type { Department, Grant, Home, User } from '../api/types';
import { branchOf } from '../departments/tree';

/** Somebody of the team, with what they look after within the reader's reach. */
export interface Member {
  user: User;
  customers: number;
  contactsThisWeek: number;
}

/** The departments that a grant reaches; nothing: all of them. */
function reached(
  { scope, departmentIds }: Grant,
  me: User,
  departments: Department[],
): Set<string> | undefined {
  switch (scope) {
    case 'ALL':
      return undefined;
    case 'TREE':
      return me.departmentId ? branchOf(departments, me.departmentId) : new Set();
    case 'DEPARTMENT':
      return new Set([me.departmentId]);
    case 'CHOSEN':
      return new Set(departmentIds);
    default:
      return new Set();
  }
}

/**
 * The people of the departments that a grant reaches, and whoever owns customers there, wherever they are now: those who
 * look after most come first.
 */
export function membersOf(
  grant: Grant,
  me: User,
  departments: Department[],
  users: Map<string, User>,
  team: Home['team'],
): Member[] {
  const own = reached(grant, me, departments);
  const counts = new Map(team.map((member) => [member.userId, member]));
  return [...users.values()]
    .map((user) => {
      const { customers = 0, contactsThisWeek = 0 } = counts.get(user.id) ?? {};
      return { user, customers, contactsThisWeek };
    })
    .filter(({ user, customers }) => customers > 0 || own === undefined || own.has(user.departmentId))
    .toSorted((one, other) => other.customers - one.customers);
}
