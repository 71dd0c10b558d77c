import { useEffect } from 'react';

// Forms with something typed in them. While there is one, an ended session asks for the password on top of the page
// instead of leaving it, and the browser asks before the tab closes.
const forms = new Set<symbol>();

export function hasUnsaved(): boolean {
  return forms.size > 0;
}

export function useUnsaved(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return undefined;
    const form = Symbol('form');
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    forms.add(form);
    window.addEventListener('beforeunload', ask);
    return () => {
      forms.delete(form);
      window.removeEventListener('beforeunload', ask);
    };
  }, [dirty]);
}
