import { describe, expect, it } from 'vitest';
import { resourceOf } from './explain';

const ID = '01a21555-c816-7153-88cf-be51f1777927';

describe('the record of a refused call', () => {
  it('stands in its path', () => {
    const customer = { type: 'customer.customer', id: ID };
    expect(resourceOf(`/v1/customers/${ID}`)).toEqual(customer);
    expect(resourceOf(`/v1/customers/${ID}:restore`)).toEqual(customer);
    expect(resourceOf(`/v1/customers/${ID}/interactions`)).toEqual(customer);
    expect(resourceOf(`/v1/interactions/${ID}`)).toEqual({ type: 'interaction.interaction', id: ID });
  });

  it('is none where the call was about none', () => {
    for (const path of ['/v1/customers', '/v1/customers:assign', `/v1/tags/${ID}`, ''])
      expect(resourceOf(path)).toBeUndefined();
  });
});
