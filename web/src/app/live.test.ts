import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StaleGatherer, staleKeys } from './live';

describe('staleKeys', () => {
  it('says what a change concerns', () => {
    expect(staleKeys({ type: 'reporting.home.updated.v1' })).toEqual([['home']]);
    expect(staleKeys({ type: 'customer.customer.updated.v1', id: 'c1' })).toContainEqual([
      'customers',
      'one',
      'c1',
    ]);
    expect(staleKeys({ type: 'tagging.customerTags.updated.v1', id: 'c1' })).toContainEqual([
      'customerTags',
      'c1',
    ]);
    expect(staleKeys({ type: 'something.new.created.v1', id: 'x' })).toEqual([]);
  });

  it('reads everything again upon a reset', () => {
    expect(staleKeys({ type: 'reset' })).toEqual([[]]);
  });
});

describe('StaleGatherer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('asks once for many messages', async () => {
    const refetchQueries = vi.fn(() => Promise.resolve());
    const gatherer = new StaleGatherer({ invalidateQueries: () => Promise.resolve(), refetchQueries });
    for (let message = 0; message < 500; message++) gatherer.add([['home']]);
    await vi.advanceTimersByTimeAsync(100);
    expect(refetchQueries).toHaveBeenCalledTimes(1);
  });

  it('lets a query finish before it is asked again, and never forgets to ask', async () => {
    const finish: (() => void)[] = [];
    const refetchQueries = vi.fn(() => new Promise<void>((resolve) => finish.push(resolve)));
    const gatherer = new StaleGatherer({ invalidateQueries: () => Promise.resolve(), refetchQueries });
    gatherer.add([['home']]);
    await vi.advanceTimersByTimeAsync(100);
    gatherer.add([['home']]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(refetchQueries).toHaveBeenCalledTimes(1);
    finish[0]?.();
    await vi.advanceTimersByTimeAsync(100);
    expect(refetchQueries).toHaveBeenCalledTimes(2);
  });
});
