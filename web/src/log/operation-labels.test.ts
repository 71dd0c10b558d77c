import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import messages from '../messages/zh-CN.json';

/** Signing in and out has a log of its own. */
const LEFT_OUT = ['identity.session', 'identity.signIn'];

it('has a name for every record and everything that is done to it', () => {
  const rows = readFileSync('../docs/events.md', 'utf8').matchAll(/^\| `(\w+\.\w+)` \| ([^|]+) \|/gm);
  const events = [...rows].filter(([, subject = '']) => !LEFT_OUT.includes(subject));
  const nouns = events.map(([, subject = '']) => subject.split('.')[1] ?? '');
  const verbs = events.flatMap(([, , verbs = '']) => [...verbs.matchAll(/`(\w+)`/g)].map(([, verb]) => verb));
  expect(nouns.length).toBeGreaterThan(10);
  expect(nouns.filter((noun) => !(noun in messages.log.noun))).toEqual([]);
  expect(verbs.filter((verb) => !(verb && verb in messages.log.verb))).toEqual([]);
});
