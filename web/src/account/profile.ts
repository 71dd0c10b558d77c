import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { User } from '../api/types';
import { useWrite } from '../api/use-write';

export const PROFILE_FIELDS = ['displayName', 'email', 'phone'] as const;
export type ProfileValues = Pick<User, (typeof PROFILE_FIELDS)[number]>;

interface ProfileSave {
  user: User;
  body: Partial<ProfileValues>;
  mask: string[];
}

export function useSaveProfile() {
  return useWrite(
    ({ user, body, mask }: ProfileSave, write) => {
      const params = { query: { updateMask: mask.join(',') } };
      const headers = { ...write, 'If-Match': user.etag };
      return answer(api.PATCH('/v1/me', { params, body, headers }));
    },
    { touches: () => [keys.me, keys.users, keys.people] },
  );
}
