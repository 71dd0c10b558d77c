import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { postsQuery } from './queries';

/** The name of a post by id; empty as long as it is unknown. */
export function usePostName(): (id: string) => string {
  const { data } = useQuery(postsQuery);
  return useCallback((id) => data?.find((post) => post.id === id)?.name ?? '', [data]);
}
