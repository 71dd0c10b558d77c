import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import type { Job } from '../api/types';
import { useWrite, type WriteHeaders } from '../api/use-write';
import { asJob } from './as-job';
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
      switch (service) {
        case 'tags':
          return answer(api.GET('/v1/tagJobs/{id}', options));
        case 'customers':
          return answer(api.GET('/v1/customerJobs/{id}', options));
        case 'handovers':
          return answer(api.GET('/v1/handovers/{id}', options)).then(asJob);
      }
    },
    refetchInterval: ({ state: { data } }) => (data && isRunning(data) ? LOOK_AGAIN_MS : false),
  });

export function useCancelJob() {
  return useWrite<FollowedJob, Job>(
    ({ id, service }, headers) => {
      const options = optionsOf(id, headers);
      switch (service) {
        case 'tags':
          return answer(api.POST('/v1/tagJobs/{id}:cancel', options));
        case 'customers':
          return answer(api.POST('/v1/customerJobs/{id}:cancel', options));
        case 'handovers':
          return answer(api.POST('/v1/handovers/{id}:cancel', options)).then(asJob);
      }
    },
    { touches: ({ id }) => [keys.job(id)] },
  );
}

export function useUndoJob() {
  return useWrite<FollowedJob, Job>(
    ({ id, service }, headers) => {
      const options = optionsOf(id, headers);
      switch (service) {
        case 'tags':
          return answer(api.POST('/v1/tagJobs/{id}:undo', options));
        case 'customers':
          return answer(api.POST('/v1/customerJobs/{id}:undo', options));
        case 'handovers':
          return answer(api.POST('/v1/handovers/{id}:undo', options)).then(asJob);
      }
    },
    { touches: ({ id }) => [keys.job(id)] },
  );
}

function optionsOf(id: string, headers: WriteHeaders) {
  return { params: { path: { id } }, body: {}, headers };
}
