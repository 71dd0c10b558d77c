import { useCallback, useEffect, useRef } from 'react';

/** The same function for as long as the component stands, that does what the newest one does. */
export function useStable<Arguments extends unknown[]>(
  run: ((...given: Arguments) => void) | undefined,
): (...given: Arguments) => void {
  const newest = useRef(run);
  useEffect(() => {
    newest.current = run;
  });
  return useCallback((...given: Arguments) => newest.current?.(...given), []);
}
