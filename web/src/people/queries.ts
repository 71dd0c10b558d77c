import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { Post, PostInput, User, UserInput, UserPatch } from '../api/types';
import { useWrite } from '../api/use-write';
import { nextPage } from '../customers/queries';

const PAGE_SIZE = 50;

/** Which people are asked for; empty parts ask for all. */
export interface PeopleFilter {
  query: string;
  department: string;
  role: string;
  disabled: boolean;
}

export const peopleQuery = ({ query, department, role, disabled }: PeopleFilter) =>
  infiniteQueryOptions({
    queryKey: [...keys.people, { query, department, role, disabled }],
    queryFn: async ({ pageParam: pageToken, signal }) => {
      const asked = { query, departmentId: department || undefined, role, showDisabled: disabled };
      const params = { query: { ...asked, pageSize: PAGE_SIZE, pageToken } };
      const page = await answer(api.GET('/v1/users', { params, signal }));
      return { rows: page.users, nextPageToken: page.nextPageToken };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
  });

export const postsQuery = queryOptions({
  queryKey: keys.posts,
  queryFn: async ({ signal }) => (await answer(api.GET('/v1/posts', { signal }))).posts,
  staleTime: 60_000,
});

/** Whoever changes themselves is told anew what they may do. */
const everything = [keys.people, keys.users, keys.roles, keys.permissions, keys.me];

interface NewPerson {
  user: UserInput;
  /** Generated when empty. */
  password: string;
}

export function useCreatePerson() {
  return useWrite(
    ({ user, password }: NewPerson, headers) =>
      answer(api.POST('/v1/users', { body: { user, password }, headers })),
    { touches: () => everything },
  );
}

interface PersonSave {
  user: User;
  body: UserPatch;
  mask: string[];
}

export function useSavePerson() {
  return useWrite(
    ({ user, body, mask }: PersonSave, write) => {
      const params = { path: { id: user.id }, query: { updateMask: mask.join(',') } };
      const headers = { ...write, 'If-Match': user.etag };
      return answer(api.PATCH('/v1/users/{id}', { params, body, headers }));
    },
    { touches: () => everything },
  );
}

export function useSetDisabled() {
  return useWrite(
    ({ id, disabled }: { id: string; disabled: boolean }, headers) => {
      const options = { params: { path: { id } }, body: {}, headers };
      return disabled
        ? answer(api.POST('/v1/users/{id}:disable', options))
        : answer(api.POST('/v1/users/{id}:enable', options));
    },
    { touches: () => everything },
  );
}

export function useResetPassword() {
  return useWrite(
    (id: string, headers) =>
      answer(api.POST('/v1/users/{id}:resetPassword', { params: { path: { id } }, body: {}, headers })),
    { touches: () => [keys.people] },
  );
}

/** Signs somebody out everywhere; they may sign in again. */
export function useEndSessions() {
  return useWrite(
    (userId: string, headers) =>
      answer(
        api.POST('/v1/users/{userId}/sessions:end', { params: { path: { userId } }, body: {}, headers }),
      ),
    { touches: () => [keys.people] },
  );
}

/** Whether somebody is linked with the provider of sign-ins. */
export const externalIdentityQuery = (userId: string) =>
  queryOptions({
    queryKey: keys.externalIdentityOf(userId),
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/users/{userId}/externalIdentity', { params: { path: { userId } }, signal })),
  });

/** Takes the link with the provider away, and signs the person out everywhere. */
export function useUnlink() {
  return useWrite(
    (userId: string, headers) =>
      answer(
        api.POST('/v1/users/{userId}/externalIdentity:unlink', {
          params: { path: { userId } },
          body: {},
          headers,
        }),
      ),
    { touches: () => [keys.externalIdentity] },
  );
}

export function useSavePost() {
  return useWrite(
    ({ post, body }: { post?: Post; body: PostInput }, write) => {
      if (!post) return answer(api.POST('/v1/posts', { body, headers: write }));
      const params = { path: { id: post.id }, query: { updateMask: 'name,order' } };
      const headers = { ...write, 'If-Match': post.etag };
      return answer(api.PATCH('/v1/posts/{id}', { params, body, headers }));
    },
    { touches: () => [keys.posts] },
  );
}

export function useDeletePost() {
  return useWrite(
    (id: string, headers) => answer(api.DELETE('/v1/posts/{id}', { params: { path: { id } }, headers })),
    { touches: () => [keys.posts] },
  );
}
