import { render } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Me } from '../api/types';
import en from '../messages/en.json';
import { MeProvider } from '../session/me';
import { Guard } from './Guard';
import { speak } from './language';
import { lackFor } from './page-rights';

function reader(operations: string[], hidden: string[] = []): Me {
  const grants = operations.map((operation) => ({ operation, scope: 'ALL' }));
  const fieldRules = hidden.map((field) => ({ field, rule: 'HIDDEN' }));
  return { user: { id: 'u1' }, grants, fieldRules } as unknown as Me;
}

describe('lackFor', () => {
  it('names the operation that a page and all below it ask for', () => {
    const agent = reader(['customer.read', 'interaction.read']);
    for (const address of ['/imports', '/imports/', '/imports/i1', '/Imports'])
      expect(lackFor(agent, address)).toEqual({ operation: 'import.run' });
    expect(lackFor(agent, '/customers/c1')).toBeUndefined();
    expect(lackFor(agent, '/customers/bin')).toEqual({ operation: 'customer.read-bin' });
    expect(lackFor(reader(['customer.read-bin']), '/customers/bin')).toEqual({ operation: 'customer.read' });
  });

  it('closes a page that has nothing to show without a field', () => {
    expect(lackFor(reader(['interaction.read']), '/follow-ups')).toBeUndefined();
    const blind = reader(['interaction.read'], ['interaction.nextContactTime']);
    expect(lackFor(blind, '/follow-ups')).toEqual({});
    expect(lackFor(blind, '/interactions')).toBeUndefined();
  });

  it('leaves open what asks for nothing', () => {
    for (const address of ['/', '/tags', '/account', '/nowhere', '/importsomething'])
      expect(lackFor(reader([]), address)).toBeUndefined();
  });
});

describe('Guard', () => {
  beforeAll(async () => {
    await speak('en');
  });

  const shown = (me: Me) =>
    render(
      <MemoryRouter initialEntries={['/imports/i1']}>
        <MeProvider me={me}>
          <Guard>the page</Guard>
        </MeProvider>
      </MemoryRouter>,
    ).container.textContent;

  it('draws the page for whom it is open, and for others only that it is not', () => {
    expect(shown(reader(['import.run']))).toBe('the page');
    const told = shown(reader([]));
    for (const text of [en.failure.notOpen, en.failure.advice.forbidden, en.failure.why])
      expect(told).toContain(text);
    expect(told).not.toContain('the page');
  });
});
