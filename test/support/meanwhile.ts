import { AsyncLocalStorage } from 'node:async_hooks';
import { beforeAll, it, onTestFinished } from 'vitest';

type CleanUp = () => unknown;

const storyOf = new AsyncLocalStorage<CleanUp[]>();

/** Runs `cleanUp` when the test is over, also one that runs meanwhile. */
export function atEnd(cleanUp: CleanUp): void {
  const own = storyOf.getStore();
  if (own === undefined) onTestFinished(async () => void (await cleanUp()));
  else own.push(cleanUp);
}

/**
 * A test that mostly waits for a clock. It begins with the tests around it and runs beside them; in its turn it is waited
 * for, and fails there. What it uses has to clean up with `atEnd`, and `expect.poll` belongs to the test whose turn it is.
 */
export function itMeanwhile(name: string, run: () => Promise<void>, withinMs?: number): void {
  let story: Promise<void> | undefined;
  beforeAll(() => {
    story = tell(run);
    // Told in its turn.
    story.catch(() => undefined);
  });
  it(name, () => story, withinMs);
}

function tell(run: () => Promise<void>): Promise<void> {
  const cleanUps: CleanUp[] = [];
  return storyOf.run(cleanUps, async () => {
    try {
      await run();
    } finally {
      for (const cleanUp of cleanUps.reverse()) await cleanUp();
    }
  });
}
