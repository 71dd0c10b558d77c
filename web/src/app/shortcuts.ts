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
  if (target instanceof HTMLInputElement && target.type === 'checkbox') return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** A button or a link that has the focus has a use of its own for Enter. */
function takesEnter(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('button, a, [role="tab"], [role="menuitem"]') !== null
  );
}

/** What stands before the page takes the keys for itself. */
function dialogIsOpen(): boolean {
  return [...document.querySelectorAll('[aria-modal="true"]')].some((dialog) => dialog.checkVisibility());
}

interface ShortcutOptions {
  enabled?: boolean;
  /** With Ctrl, or ⌘ on a Mac: such a key also works in a text field. */
  withControl?: boolean;
}

/** Calls the handler when the key is pressed: bare ones anywhere but in a text field or beneath a dialog. */
export function useShortcut(key: string, handler: () => void, options: ShortcutOptions = {}): void {
  const { enabled = true, withControl = false } = options;
  const handle = useEffectEvent((event: KeyboardEvent) => {
    if (!enabled || event.defaultPrevented || event.key !== key || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) !== withControl || isComposing(event)) return;
    if (!withControl && (isTyping(event.target) || dialogIsOpen())) return;
    if (key === 'Enter' && takesEnter(event.target)) return;
    event.preventDefault();
    handler();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => handle(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}
