import type { Problem } from './types';

/** Every failed call, whatever went wrong, is thrown as this. */
export class ProblemError extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfterSeconds?: number,
    /** The path that was asked for; it may name the record of a refusal. */
    readonly path?: string,
  ) {
    super(`${problem.code} ${problem.status}`);
    this.name = 'ProblemError';
  }
}

/** What is known of a failure that no server described. */
const NOTHING: Problem = { type: 'about:blank', status: 0, code: 'UNEXPECTED', title: '', traceId: '' };

/** The server was not reached at all. */
export const UNREACHABLE = 'UNREACHABLE';

export function unreachable(): ProblemError {
  return new ProblemError({ ...NOTHING, code: UNREACHABLE });
}

/** What a reader surely may not do, told without asking the server. */
export function refused(title: string, operation?: string): ProblemError {
  return new ProblemError({ ...NOTHING, status: 403, code: 'PERMISSION_DENIED', title, operation });
}

export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return { ...NOTHING, detail: error instanceof Error ? error.message : undefined };
}

export function pathOf(error: unknown): string | undefined {
  return error instanceof ProblemError ? error.path : undefined;
}

/** Builds the error of an answer that is not a success; a proxy in between may have answered something else than JSON. */
export function problemOfResponse(response: Response, body: unknown): ProblemError {
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  const sent = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {};
  const problem: Problem = {
    ...NOTHING,
    code: `HTTP_${response.status}`,
    ...sent,
    status: response.status,
  };
  const path = response.url === '' ? undefined : new URL(response.url).pathname;
  return new ProblemError(problem, Number.isFinite(retryAfter) ? retryAfter : undefined, path);
}

/** Worth sending again as it stands: the server was not reached, was busy, or still works on the first try. */
export function isTransient(error: unknown): boolean {
  const { status, code } = problemOf(error);
  return code === UNREACHABLE || code === 'IN_FLIGHT' || status === 429 || status === 502 || status === 503;
}

export function retryDelayMs(attempt: number, error: unknown): number {
  const advised = error instanceof ProblemError ? error.retryAfterSeconds : undefined;
  return advised === undefined ? Math.min(500 * 2 ** attempt, 8000) : Math.min(advised * 1000, 30_000);
}
