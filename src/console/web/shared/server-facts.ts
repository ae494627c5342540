import { useEffect, useState } from 'preact/hooks';
import { ask, isObject } from './ask.js';

/** Whether this server asks for tokens; `undefined` until it is known. */
export function useAuthMode(): 'open' | 'token' | undefined {
  const [mode, setMode] = useState<'open' | 'token'>();
  useEffect(() => {
    ask('/health/ready').then(
      (answer) => setMode(isObject(answer) && answer.auth === 'token' ? 'token' : 'open'),
      // A server that is not ready says so when somebody connects.
      () => setMode('open'),
    );
  }, []);
  return mode;
}
