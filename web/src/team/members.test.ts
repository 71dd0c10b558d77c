import { expect, it } from 'vitest';
import type { Department, Grant, User } from '../api/types';
import { membersOf } from './members';

const department = (id: string, parentId: string) => ({ id, parentId, name: id }) as Department;
const user = (id: string, departmentId: string) => ({ id, departmentId, displayName: id }) as User;
const grant = (scope: Grant['scope'], departmentIds: string[] = []): Grant => ({
  operation: 'customer.handover',
  scope,
  departmentIds,
  andOwn: false,
  andShared: false,
});

const departments = [department('sales', ''), department('north', 'sales'), department('service', '')];
const [boss, ann, ben, cat] = [
  user('boss', 'sales'),
  user('ann', 'north'),
  user('ben', 'service'),
  user('cat', 'service'),
];
const users = new Map([boss, ann, ben, cat].map((own) => [own.id, own]));
const team = [
  { userId: 'ann', customers: 2, contactsThisWeek: 1 },
  { userId: 'ben', customers: 5, contactsThisWeek: 0 },
  { userId: '', customers: 9, contactsThisWeek: 0 },
];
const names = (own: Grant) => membersOf(own, boss, departments, users, team).map((member) => member.user.id);

it('has the people below and whoever still owns customers there', () => {
  expect(names(grant('TREE'))).toEqual(['ben', 'ann', 'boss']);
  expect(names(grant('DEPARTMENT'))).toEqual(['ben', 'ann', 'boss']);
  expect(names(grant('CHOSEN', ['service']))).toEqual(['ben', 'ann', 'cat']);
  expect(names(grant('ALL'))).toEqual(['ben', 'ann', 'boss', 'cat']);
  expect(names(grant('OWN'))).toEqual(['ben', 'ann']);
});
