import createClient from 'openapi-fetch';
import i18next from 'i18next';
import { problemOfResponse, unreachable } from './problem';
import type { paths } from './schema';
import { announceSessionEnd, csrfToken, refreshSession } from './session';
import type { Answer } from './types';

/** What is refused there says nothing of a session that ran out. */
const SIGN_IN_PATHS = ['/v1/sessions', '/v1/sessions:verify', '/v1/externalSignIn:finish'];

/** Sends a request with what every call carries; renews the session once when it has run out. */
async function send(request: Request): Promise<Response> {
  const sentAt = Date.now();
  const again = request.clone();
  const response = await attempt(request);
  if (response.status !== 401 || SIGN_IN_PATHS.includes(new URL(request.url).pathname)) return response;
  const second = (await refreshSession(sentAt)) ? await attempt(again) : response;
  if (second.status === 401) announceSessionEnd();
  return second;
}

async function attempt(request: Request): Promise<Response> {
  request.headers.set('Accept-Language', i18next.language);
  if (request.method !== 'GET') request.headers.set('X-CSRF-Token', csrfToken() ?? '');
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw unreachable();
  }
}

export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: send });

/** The answer of a call, or its problem thrown. */
export async function answer<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<Answer<T>> {
  const { data, error, response } = await call;
  if (!response.ok) throw problemOfResponse(response, error);
  return data as Answer<T>;
}
