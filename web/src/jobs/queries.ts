import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { Job } from '../api/types';
import { useWrite, type WriteHeaders } from '../api/use-write';
import type { FollowedJob } from './jobs';

const LOOK_AGAIN_MS = 700;

export function isRunning({ state }: Job): boolean {
  return state === 'RUNNING' || state === 'UNDOING';
}

export const jobQuery = ({ id, service }: FollowedJob) =>
  queryOptions({
    queryKey: keys.job(id),
    queryFn: ({ signal }): Promise<Job> => {
      const options = { params: { path: { id } }, signal };
      return service === 'tags'
        ? answer(api.GET('/v1/tagJobs/{id}', options))
        : answer(api.GET('/v1/customerJobs/{id}', options));
    },
    refetchInterval: ({ state: { data } }) => (data && isRunning(data) ? LOOK_AGAIN_MS : false),
  });

export function useCancelJob() {
  return useWrite<FollowedJob, Job>(
    ({ id, service }, headers) => {
      const options = optionsOf(id, headers);
      return service === 'tags'
        ? answer(api.POST('/v1/tagJobs/{id}:cancel', options))
        : answer(api.POST('/v1/customerJobs/{id}:cancel', options));
    },
    { touches: ({ id }) => [keys.job(id)] },
  );
}

export function useUndoJob() {
  return useWrite<FollowedJob, Job>(
    ({ id, service }, headers) => {
      const options = optionsOf(id, headers);
      return service === 'tags'
        ? answer(api.POST('/v1/tagJobs/{id}:undo', options))
        : answer(api.POST('/v1/customerJobs/{id}:undo', options));
    },
    { touches: ({ id }) => [keys.job(id)] },
  );
}

function optionsOf(id: string, headers: WriteHeaders) {
  return { params: { path: { id } }, body: {}, headers };
}
