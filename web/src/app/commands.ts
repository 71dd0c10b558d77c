import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';

/** Something the page in sight can do, offered by the command palette. */
export interface Command {
  key: string;
  label: string;
  run: () => void;
}

let offered: readonly Command[] = [];
const listeners = new Set<() => void>();

function offer(next: readonly Command[]): void {
  offered = next;
  for (const listener of listeners) listener();
}

interface OfferedCommand extends Command {
  enabled: boolean;
}

/** Offers the command as long as the component stands; what may not be done is not offered. */
export function useCommand({ key, label, run, enabled }: OfferedCommand): void {
  const handle = useEffectEvent(run);
  useEffect(() => {
    if (!enabled) return undefined;
    const command: Command = { key, label, run: () => handle() };
    offer([...offered, command]);
    return () => offer(offered.filter((other) => other !== command));
  }, [key, label, enabled]);
}

export function useCommands(): readonly Command[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => offered,
  );
}
