import type { UseQueryResult } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { problemOf } from '../api/problem';
import { Failure } from './Failure';
import { NotFound } from './NotFound';

/** A skeleton that shows itself only when the wait is longer than 300 ms (see app.css). */
export function Waiting({ rows = 6 }: { rows?: number }) {
  return (
    <div className="waiting">
      <Skeleton active title={false} paragraph={{ rows }} />
    </div>
  );
}

interface LoadedProps<T> {
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch'>;
  rows?: number;
  children: (data: T) => ReactNode;
}

/** What a query brought, its failure, or the wait for it. Data once shown stays while it is read again. */
export function Loaded<T>({ query, rows, children }: LoadedProps<T>) {
  if (query.error && problemOf(query.error).status === 404) return <NotFound />;
  const failure = query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return failure ?? <Waiting rows={rows} />;
  return (
    <>
      {failure}
      {children(query.data)}
    </>
  );
}
