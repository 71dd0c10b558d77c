import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { Share, ShareInput } from '../api/types';
import { useWrite } from '../api/use-write';
import { TIME_ZONE } from '../app/format';

export interface ShareSave {
  /** Absent: with somebody else. */
  share?: Share;
  body: ShareInput;
  /** Which fields of the body count. */
  mask: string[];
}

const touches = (customerId: string) => [keys.shares(customerId), keys.history(customerId)];

export function useSaveShare(customerId: string) {
  return useWrite(
    ({ share, body, mask }: ShareSave, write) => {
      if (!share) {
        const params = { path: { customerId }, query: { timeZone: TIME_ZONE } };
        return answer(api.POST('/v1/customers/{customerId}/shares', { params, body, headers: { ...write } }));
      }
      const headers = { ...write, 'If-Match': share.etag };
      const query = { updateMask: mask.join(','), timeZone: TIME_ZONE };
      const params = { path: { customerId, id: share.id }, query };
      const { access, endDate } = body;
      return answer(
        api.PATCH('/v1/customers/{customerId}/shares/{id}', { params, body: { access, endDate }, headers }),
      );
    },
    { touches: () => touches(customerId) },
  );
}

export function useEndShare(customerId: string) {
  return useWrite(
    (id: string, headers) =>
      answer(
        api.DELETE('/v1/customers/{customerId}/shares/{id}', {
          params: { path: { customerId, id } },
          headers,
        }),
      ),
    { touches: () => touches(customerId) },
  );
}
