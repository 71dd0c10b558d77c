import { useQuery } from '@tanstack/react-query';
import type { Customer, Share } from '../api/types';
import { countsShares, useMay, useMe } from '../session/me';
import { sharesQuery } from './queries';

export interface Sharing {
  /** The reader may share it. */
  offered: boolean;
  /** With whom it is shared; for who may share it. */
  shares: Share[];
  /** By which the reader reaches it. */
  own?: Share;
}

/** What sharing has to do with a customer, for whom it concerns. */
export function useSharing(customer: Customer): Sharing {
  const me = useMe();
  const may = useMay();
  const offered = customer.deleteTime === undefined && may('customer.share', customer.ownerId);
  const concerned = customer.ownerId !== me.user.id && countsShares(me, 'customer.read');
  const { data = [] } = useQuery({ ...sharesQuery(customer.id), enabled: offered || concerned });
  const own = concerned ? data.find(({ userId }) => userId === me.user.id) : undefined;
  return { offered, shares: offered ? data : [], own };
}

/** Whether to offer changing a customer: one's own, or one that is shared for it. */
export function useMayEdit(customer: Customer): boolean {
  const may = useMay();
  const { own } = useSharing(customer);
  if (customer.deleteTime !== undefined) return false;
  return may('customer.update', customer.ownerId) || own?.access === 'WRITE';
}
