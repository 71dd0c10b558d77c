import { type RefCallback, useCallback, useState } from 'react';

/** The height of an element, kept current while the window changes. */
export function useHeight(): [RefCallback<HTMLElement>, number] {
  const [height, setHeight] = useState(0);
  const frame = useCallback((element: HTMLElement | null) => {
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setHeight(Math.floor(element.clientHeight)));
    observer.observe(element);
    setHeight(Math.floor(element.clientHeight));
    return () => observer.disconnect();
  }, []);
  return [frame, height];
}
