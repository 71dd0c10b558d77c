import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '../api/keys';
import type { Customer } from '../api/types';
import { asWritten, showWritten } from './written';

const TAG = { id: 't1', name: 'VIP', group: '', color: '' };
const read = (id: string, change: object = {}) => ({ id, tags: [], ...change }) as unknown as Customer;

describe('what was just written', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('stands in the lists at once, and over what is read until that holds it', () => {
    const client = new QueryClient();
    client.setQueryData([...keys.customerLists, 'all'], { pages: [{ rows: [{ customer: read('c1') }] }] });
    showWritten(client, 'c1', { tags: [TAG] });
    expect(client.getQueryData([...keys.customerLists, 'all'])).toMatchObject({
      pages: [{ rows: [{ customer: { tags: [TAG] } }] }],
    });
    expect(asWritten(read('c1')).tags).toEqual([TAG]);
    expect(asWritten(read('c2')).tags).toEqual([]);
    asWritten(read('c1', { tags: [TAG] }));
    expect(asWritten(read('c1')).tags).toEqual([]);
  });

  it('takes a time as the same however it is spelled', () => {
    showWritten(new QueryClient(), 'c1', { lastContactTime: '2026-03-01T08:00:00.000Z' });
    const spelled = read('c1', { lastContactTime: '2026-03-01T08:00:00Z' });
    expect(asWritten(spelled)).toBe(spelled);
  });

  it('gives way to what is read when nothing is heard of it for long', async () => {
    const client = new QueryClient();
    const invalidated = vi.spyOn(client, 'invalidateQueries');
    showWritten(client, 'c1', { tags: [TAG] });
    await vi.advanceTimersByTimeAsync(6000);
    expect(asWritten(read('c1')).tags).toEqual([]);
    expect(invalidated).toHaveBeenCalledWith({ queryKey: keys.customers, refetchType: 'none' });
  });
});
