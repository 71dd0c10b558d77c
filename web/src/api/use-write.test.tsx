import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { ProblemError } from './problem';
import { useWrite } from './use-write';

function setUp(failures: number) {
  const keys: string[] = [];
  const send = (_content: { name: string }, headers: { 'Idempotency-Key': string }) => {
    keys.push(headers['Idempotency-Key']);
    if (keys.length > failures) return Promise.resolve('done');
    return Promise.reject(
      new ProblemError({ type: '', status: 400, code: 'INVALID', title: '', traceId: '' }),
    );
  };
  const client = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(() => useWrite(send, { touches: () => [] }), { wrapper });
  const write = (name: string) => act(() => result.current.mutateAsync({ name }).catch(() => undefined));
  return { keys, write };
}

describe('useWrite', () => {
  it('sends the same key again with the same content', async () => {
    const { keys, write } = setUp(1);
    await write('a');
    await write('a');
    expect(keys[0]).toBe(keys[1]);
  });

  it('takes another key for other content', async () => {
    const { keys, write } = setUp(1);
    await write('a');
    await write('b');
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('takes another key once the first was answered', async () => {
    const { keys, write } = setUp(0);
    await write('a');
    await write('a');
    expect(keys[0]).not.toBe(keys[1]);
  });
});
