import { useEffect, useRef, useState } from 'preact/hooks';
import { type Operator, wordsOf } from './operator.js';

export interface Told {
  /** The last one, also while another is waited for. */
  readonly answer: unknown;
  /** Why there was none; empty when there was. */
  readonly problem: string;
}

/**
 * What the server says at `path`, asked again with each `beat`, but never twice at once: a slow server is not asked more.
 * Without a path nothing is asked.
 */
export function useAnswer(operator: Operator, path: string | undefined, beat: number): Told {
  const [told, setTold] = useState<Told>({ answer: undefined, problem: '' });
  const run = useRef({ asked: new AbortController(), isAsking: false });

  // Another path is another run.
  useEffect(() => {
    const own = { asked: new AbortController(), isAsking: false };
    run.current = own;
    return () => own.asked.abort();
  }, [operator, path]);

  useEffect(() => {
    const own = run.current;
    if (path === undefined || own.isAsking) return;
    own.isAsking = true;
    const { signal } = own.asked;
    operator
      .ask(path, { signal })
      .then((answer): Told => ({ answer, problem: '' }), problemOf)
      .then((next) => {
        own.isAsking = false;
        if (!signal.aborted) setTold((before) => ({ ...next, answer: next.answer ?? before.answer }));
      });
  }, [operator, path, beat]);
  return told;
}

function problemOf(error: unknown): Told {
  return { answer: undefined, problem: wordsOf(error) };
}
