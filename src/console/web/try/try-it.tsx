import { useEffect, useMemo } from 'preact/hooks';
import { useChanges } from '../shared/changes.js';
import { useWords } from '../shared/language.js';
import { useAuthMode } from '../shared/server-facts.js';
import { FirstSteps } from './first-steps.js';
import { Guide } from './guide.js';
import { ownStorage } from './own-storage.js';
import { Pane } from './pane.js';
import { Person } from './person.js';
import { TakeHome } from './take-home.js';
import { Wire } from './wire.js';
import { WireView } from './wire-view.js';
import { WORDS } from './words.js';
import './try-it.css';

/** Two users side by side, and what goes over the wire between them. */
export function TryIt() {
  const words = useWords(WORDS);
  const auth = useAuthMode();
  const { wire, left, right, guide } = useMemo(open, []);
  useChanges(left.changes);
  useChanges(right.changes);
  useEffect(
    () => () => {
      left.disconnect();
      right.disconnect();
    },
    [left, right],
  );

  return (
    <section aria-labelledby="try-title">
      <div class="try-head">
        <h1 id="try-title">{words.title}</h1>
        <p>{words.intro}</p>
      </div>
      <FirstSteps guide={guide} one={left.userId} other={right.userId} asksForToken={auth === 'token'} />
      <div class="try">
        <Pane number={1} person={left} other={right.userId} asksForToken={auth === 'token'} />
        <Pane number={2} person={right} other={left.userId} asksForToken={auth === 'token'} />
        <WireView wire={wire} left={left.userId} right={right.userId} />
      </div>
      <TakeHome userId={left.userId} asksForToken={auth === 'token'} />
    </section>
  );
}

function open() {
  const wire = new Wire();
  const left = new Person('left', 'A', wire, storageOf('left'));
  const right = new Person('right', 'B', wire, storageOf('right'));
  return { wire, left, right, guide: new Guide(left, right) };
}

/** None where the page may not keep anything. */
function storageOf(side: string): Storage | undefined {
  try {
    return ownStorage(sessionStorage, `minim-console ${side} `);
  } catch {
    return undefined;
  }
}
