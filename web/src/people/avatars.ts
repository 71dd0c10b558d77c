import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { User } from '../api/types';
import { useWrite } from '../api/use-write';
import { squareOf } from './square';

const touched = [keys.me, keys.users, keys.people];

/** Whose picture it is: one's own, or somebody's by an administrator. */
export type Whose = 'mine' | { userId: string };

export function useSetAvatar(whose: Whose) {
  return useWrite(
    async (file: File, headers) => {
      const picture = await squareOf(file);
      const options = {
        headers,
        // The document has the part as a string; a browser sends the file itself, as a form.
        body: { file: file.name },
        bodySerializer: () => {
          const form = new FormData();
          form.append('file', picture, file.name);
          return form;
        },
      };
      return answer<User>(
        whose === 'mine'
          ? api.PUT('/v1/me/avatar', options)
          : api.PUT('/v1/users/{userId}/avatar', { ...options, params: { path: whose } }),
      );
    },
    { touches: () => touched },
  );
}

export function useDeleteAvatar(whose: Whose) {
  return useWrite(
    (_: undefined, headers) =>
      answer<User>(
        whose === 'mine'
          ? api.DELETE('/v1/me/avatar', { headers })
          : api.DELETE('/v1/users/{userId}/avatar', { headers, params: { path: whose } }),
      ),
    { touches: () => touched },
  );
}
