import { unreachable } from './problem';

// The browser's session lives in cookies; this file renews it and tells the rest when it is over.

const REFRESH_PATH = '/v1/sessions:refresh';
const REFRESH_EVERY_MS = 8 * 60 * 1000;
/** When any tab of this browser last renewed the session: a refresh token works once, so tabs must not race. */
const REFRESHED_AT = 'cims.refreshedAt';
const FRESH_MS = 5000;

/** Readable twin of the session cookie; its presence says that somebody signed in here. */
export function csrfToken(): string | undefined {
  const cookie = document.cookie.split('; ').find((part) => part.startsWith('__Host-cims-csrf='));
  return cookie?.slice(cookie.indexOf('=') + 1);
}

/** The session is new: signed in or renewed just now. */
export function noteFresh(): void {
  localStorage.setItem(REFRESHED_AT, String(Date.now()));
}

type EndListener = () => void;
const endListeners = new Set<EndListener>();

export function onSessionEnd(listener: EndListener): () => void {
  endListeners.add(listener);
  return () => endListeners.delete(listener);
}

export function announceSessionEnd(): void {
  for (const listener of endListeners) listener();
}

/** True when the session is good again; false when one has to sign in. A server out of reach throws. */
export async function refreshSession(since: number = Date.now() - FRESH_MS): Promise<boolean> {
  return await navigator.locks.request('cims.refresh', async () => {
    if (Number(localStorage.getItem(REFRESHED_AT) ?? 0) > since) return true;
    const response = await fetch(REFRESH_PATH, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrfToken() ?? '' },
      body: '{}',
    }).catch(() => undefined);
    if (!response || response.status >= 500 || response.status === 429) throw unreachable();
    if (response.ok) noteFresh();
    return response.ok;
  });
}

export function keepSessionFresh(): () => void {
  const timer = setInterval(() => {
    // A failure shows itself at the next call, which tries once more.
    void refreshSession().catch(() => undefined);
  }, REFRESH_EVERY_MS);
  return () => clearInterval(timer);
}
