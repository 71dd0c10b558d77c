import { type KeyboardEvent, useState } from 'react';
import { isComposing } from './shortcuts';

const STEPS: Partial<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

interface ListKeys {
  length: number;
  /** Where one stands before an arrow key is pressed; -1 stands on nothing. */
  first: 0 | -1;
  /** Enter, on the option one stands on. */
  onChoose: (place: number) => void;
}

/** A list below a field that keeps the focus: the arrow keys go round in it, Enter chooses. */
export function useListKeys({ length, first, onChoose }: ListKeys) {
  const [place, setPlace] = useState<number>(first);
  const at = Math.min(place, Math.max(first, length - 1));
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (isComposing(event.nativeEvent)) return;
    const step = STEPS[event.key];
    if (step !== undefined && length > 0)
      setPlace(at < 0 && step < 0 ? length - 1 : (at + step + length) % length);
    else if (event.key === 'Enter' && at >= 0 && at < length) onChoose(at);
    else return;
    event.preventDefault();
  };
  return { at, onKeyDown, restart: () => setPlace(first) };
}
