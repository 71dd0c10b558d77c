import { useSyncExternalStore } from 'react';

const CALM = '(prefers-reduced-motion: reduce)';

/** Whether the reader has asked the system for less that moves. */
export function useCalm(): boolean {
  return useSyncExternalStore(follow, isCalm);
}

function isCalm(): boolean {
  return window.matchMedia(CALM).matches;
}

function follow(onChange: () => void): () => void {
  const query = window.matchMedia(CALM);
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
}
