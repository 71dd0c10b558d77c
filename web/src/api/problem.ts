/** A field error of a problem: where it is, and what is allowed there. */
export interface FieldProblem {
  pointer: string;
  code: string;
  allowed?: string;
  message: string;
}

/** A customer that looks like the one being written; masked outside the reader's scope. */
export interface Match {
  id?: string;
  name: string;
  ownerId?: string;
  by: string;
}

/** Problem details (RFC 9457) as the gateway sends them. */
export interface Problem {
  status: number;
  code: string;
  title: string;
  detail?: string;
  traceId?: string;
  errors?: FieldProblem[];
  matches?: Match[];
  fields?: string[];
  mine?: Record<string, unknown>;
  theirs?: Record<string, unknown>;
  original?: Record<string, unknown>;
}

/** Every failed call, whatever went wrong, is thrown as this. */
export class ProblemError extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfterSeconds?: number,
  ) {
    super(`${problem.code} ${problem.status}`);
    this.name = 'ProblemError';
  }
}

/** The server was not reached at all. */
export const UNREACHABLE = 'UNREACHABLE';

export function unreachable(): ProblemError {
  return new ProblemError({ status: 0, code: UNREACHABLE, title: '' });
}

export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return { status: 0, code: 'UNEXPECTED', title: '', detail: error instanceof Error ? error.message : undefined };
}

/** Builds the error of an answer that is not a success; a proxy in between may have answered something else than JSON. */
export function problemOfResponse(response: Response, body: unknown): ProblemError {
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  const sent = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {};
  const problem: Problem = {
    ...sent,
    status: response.status,
    code: sent.code ?? `HTTP_${response.status}`,
    title: sent.title ?? '',
  };
  return new ProblemError(problem, Number.isFinite(retryAfter) ? retryAfter : undefined);
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
