import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { Tag, TagGroup, TagGroupPatch, TagInput } from '../api/types';
import { useWrite } from '../api/use-write';
import { nextPage } from '../customers/queries';
import { showWritten } from '../customers/written';

const HISTORY_PAGE_SIZE = 20;

export const tagsQuery = queryOptions({
  queryKey: keys.tagList,
  queryFn: async ({ signal }) => (await answer(api.GET('/v1/tags', { signal }))).tags,
});

/** With the number of customers that have each, within the reader's scope. */
export const countedTagsQuery = queryOptions({
  queryKey: [...keys.tagList, 'counted'],
  queryFn: async ({ signal }) =>
    (await answer(api.GET('/v1/tags', { params: { query: { counts: true } }, signal }))).tags,
});

export const tagGroupsQuery = queryOptions({
  queryKey: keys.tagGroups,
  queryFn: async ({ signal }) => (await answer(api.GET('/v1/tagGroups', { signal }))).tagGroups,
});

export const customerTagsQuery = (customerId: string) =>
  queryOptions({
    queryKey: keys.customerTags(customerId),
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/customers/{customerId}/tags', { params: { path: { customerId } }, signal })),
  });

/** Who put which tags on a customer and took them off, newest first. */
export const tagHistoryQuery = (customerId: string) =>
  infiniteQueryOptions({
    queryKey: keys.tagHistory(customerId),
    queryFn: async ({ pageParam: pageToken, signal }) => {
      const params = { path: { customerId }, query: { pageSize: HISTORY_PAGE_SIZE, pageToken } };
      const page = await answer(api.GET('/v1/customers/{customerId}/tags/history', { params, signal }));
      return { rows: page.entries, nextPageToken: page.nextPageToken };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
  });

/** Tags by their group, in the order in which they come. */
export function byGroup(tags: Tag[]): [string, Tag[]][] {
  return [...Map.groupBy(tags, ({ group }) => group)];
}

const everything = [keys.tags, keys.everyCustomerTags, keys.customers];

export interface TagSave {
  tag?: Tag;
  body: TagInput;
  mask: string[];
}

export function useSaveTag() {
  return useWrite(
    ({ tag, body, mask }: TagSave, write) => {
      if (!tag) return answer(api.POST('/v1/tags', { body, headers: write }));
      const params = { path: { id: tag.id }, query: { updateMask: mask.join(',') } };
      return answer(
        api.PATCH('/v1/tags/{id}', { params, body, headers: { ...write, 'If-Match': tag.etag } }),
      );
    },
    { touches: () => everything },
  );
}

export function useDeleteTag() {
  return useWrite(
    (id: string, headers) => answer(api.DELETE('/v1/tags/{id}', { params: { path: { id } }, headers })),
    { touches: () => everything },
  );
}

/** A new group has a name; one that exists is changed in what is given. */
type TagGroupSave =
  { group?: undefined; body: TagGroupPatch & { name: string } } | { group: TagGroup; body: TagGroupPatch };

/** A group's tags follow its name. */
export function useSaveTagGroup() {
  return useWrite(
    ({ group, body }: TagGroupSave, write) => {
      if (!group) return answer(api.POST('/v1/tagGroups', { body, headers: write }));
      const query = { updateMask: Object.keys(body).join(',') };
      return answer(
        api.PATCH('/v1/tagGroups/{id}', {
          params: { path: { id: group.id }, query },
          body,
          headers: { ...write, 'If-Match': group.etag },
        }),
      );
    },
    { touches: () => everything },
  );
}

export function useDeleteTagGroup() {
  return useWrite(
    (id: string, headers) => answer(api.DELETE('/v1/tagGroups/{id}', { params: { path: { id } }, headers })),
    { touches: () => everything },
  );
}

export function useSetCustomerTags(customerId: string) {
  const queryClient = useQueryClient();
  return useWrite(
    (tagIds: string[], headers) =>
      answer(
        api.POST('/v1/customers/{customerId}/tags:set', {
          params: { path: { customerId } },
          body: { tagIds },
          headers,
        }),
      ),
    {
      touches: () => [
        keys.customerTags(customerId),
        keys.customer(customerId),
        keys.customerLists,
        keys.history(customerId),
      ],
      onSuccess: ({ tags }) =>
        showWritten(queryClient, customerId, {
          tags: tags.map(({ tag: { id, name, group, color } }) => ({ id, name, group, color })),
        }),
    },
  );
}
