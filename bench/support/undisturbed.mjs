import { median } from './figures.mjs';
import { quietMachine } from './machine.mjs';

/** A measurement during which other programs took more than this share of a core is done again. */
const DISTURBED = 0.1;
/** So long a measurement waits for other programs to be done. */
const PATIENCE_MS = 20_000;

/**
 * The least disturbed of up to `attempts` measurements: done again while other programs take too much. Each gets a
 * function that waits for a quiet machine, or with `hurry` for nothing.
 */
export async function undisturbed({ attempts, hurry }, measure) {
  let best;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const result = await measure(() => quietMachine(hurry ? 0 : PATIENCE_MS));
    if (best === undefined || result.othersS < best.othersS) best = result;
    if (best.othersS / best.seconds <= DISTURBED) return best;
  }
  return best;
}

/** What other programs took of the machine all the same. */
export function othersTook(results) {
  const shares = results.map(({ othersS, seconds }) => othersS / seconds);
  const disturbed = shares.filter((share) => share > DISTURBED).length;
  const note = disturbed === 0 ? '' : `; more than ${DISTURBED * 100} % in ${disturbed} that were not repeated quietly`;
  return `Other programs took ${percent(shares)} of a core${note}.`;
}

/** The median of some shares. */
export function percent(shares) {
  return `${(median(shares) * 100).toFixed(0)} %`;
}
