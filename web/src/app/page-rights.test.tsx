import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { MemoryRouter } from 'react-router';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Me } from '../api/types';
import en from '../messages/en.json';
import { MeProvider } from '../session/me';
import { Guard } from './Guard';
import { speak } from './language';
import { NotFound } from './NotFound';
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

function drawn(me: Me, children: ReactNode): HTMLElement {
  return render(
    <MemoryRouter initialEntries={['/imports/i1']}>
      <MeProvider me={me}>{children}</MeProvider>
    </MemoryRouter>,
  ).container;
}

beforeAll(async () => {
  await speak('en');
});

describe('Guard', () => {
  const shown = (me: Me) => drawn(me, <Guard>the page</Guard>).textContent;

  it('draws the page for whom it is open, and for others only that it is not', () => {
    expect(shown(reader(['import.run']))).toBe('the page');
    const told = shown(reader([]));
    for (const text of [en.failure.notOpen, en.failure.advice.forbidden, en.failure.why])
      expect(told).toContain(text);
    expect(told).not.toContain('the page');
  });
});

describe('NotFound', () => {
  const offered = (me: Me) =>
    drawn(me, <NotFound />)
      .querySelector('a')
      ?.getAttribute('href');

  it('leads to the first page that the reader may open', () => {
    expect(offered(reader(['report.read', 'customer.read']))).toBe('/');
    expect(offered(reader(['customer.read']))).toBe('/customers');
    expect(offered(reader([]))).toBe('/tags');
  });
});
