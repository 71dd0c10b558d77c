import { answer, api } from '../api/client';
import type { Notice } from '../api/types';

/** Held by the one tab that listens to the server: a browser opens few connections to one place, for all its tabs. */
const LOCK = 'cims.live';
const FIRST_REOPEN_MS = 3000;
const LAST_REOPEN_MS = 60_000;
/** A page is deaf until its stream is open: after so long, what it has read by then may be old. */
const DEAF_MS = 500;

/** Messages were lost on the way: everything is to be read again. */
export const RESET: Notice = { type: 'reset' };

/** Calls the handler with every notice of the server until it is stopped. */
export function followNotices(handle: (notice: Notice) => void): () => void {
  const stop = new AbortController();
  const channel = new BroadcastChannel(LOCK);
  channel.onmessage = ({ data }: MessageEvent<Notice>) => handle(data);
  const tell = (notice: Notice) => {
    handle(notice);
    channel.postMessage(notice);
  };
  const began = performance.now();
  const lead = () => listen(tell, began, stop.signal);
  navigator.locks.request(LOCK, { signal: stop.signal }, lead).catch(() => undefined);
  return () => {
    stop.abort();
    channel.close();
  };
}

/**
 * Listens to the server, opening the stream again whenever it is refused, until the signal comes. What was said since
 * `began`, or since the tab that led before is gone, nobody heard.
 */
function listen(tell: (notice: Notice) => void, began: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let source: EventSource;
    let reopening: ReturnType<typeof setTimeout> | undefined;
    let reopenMs = FIRST_REOPEN_MS;
    let wasLost = false;
    const open = () => {
      if (signal.aborted) return;
      source = new EventSource('/v1/events');
      source.onopen = () => {
        if (wasLost || performance.now() - began > DEAF_MS) tell(RESET);
        wasLost = false;
        reopenMs = FIRST_REOPEN_MS;
      };
      source.onmessage = ({ data }: MessageEvent<string>) => tell(JSON.parse(data) as Notice);
      source.onerror = () => {
        wasLost = true;
        // The browser tries again by itself, but not after a refusal.
        if (source.readyState === EventSource.CLOSED) reopening = setTimeout(() => void ask(), reopenMs);
      };
    };
    /** Any call renews a session that ran out, or says that it is over. */
    const ask = async () => {
      reopenMs = Math.min(2 * reopenMs, LAST_REOPEN_MS);
      await answer(api.GET('/v1/me')).catch(() => undefined);
      open();
    };
    open();
    signal.addEventListener('abort', () => {
      source.close();
      clearTimeout(reopening);
      resolve();
    });
  });
}
