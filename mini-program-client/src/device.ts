import { isDeviceId } from '../../src/model/ids.js';
import type { Storage } from './hosts/storage.js';
import { letters } from './ids.js';

const KEY = 'minim-device';

/** The id of this device: made up once, and kept for as long as `storage` keeps it. */
export function deviceIn(storage: Storage, random: () => number): string {
  const kept = storage.get(KEY);
  if (isDeviceId(kept)) return kept;
  const made = letters(random) + letters(random);
  storage.set(KEY, made);
  return made;
}
