import { useEffect, useEffectEvent } from 'react';

interface Keystroke {
  isComposing?: boolean;
  keyCode?: number;
}

/** An input method is composing: its keys are not ours. 229 is what browsers send that do not set the flag in time. */
export function isComposing(event: Keystroke): boolean {
  return event.isComposing === true || event.keyCode === 229;
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** Calls the handler when the bare key is pressed anywhere but in a text field. */
export function useShortcut(key: string, handler: () => void): void {
  const handle = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isComposing(event) || isTyping(event.target)) return;
    event.preventDefault();
    handler();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => handle(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}
