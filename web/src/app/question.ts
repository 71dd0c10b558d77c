import { useEffect, useState } from 'react';

const PAUSE_MS = 150;

/** What to ask the server while somebody types: once they pause, and not while an input method composes. */
export function useQuestion(text: string) {
  const [question, setQuestion] = useState('');
  const [composing, setComposing] = useState(false);
  useEffect(() => {
    if (composing) return undefined;
    const timer = setTimeout(() => setQuestion(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, composing]);
  return { question, composing, setComposing };
}
