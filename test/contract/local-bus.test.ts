import { LocalBus } from '../../src/bus/local/local-bus.js';
import { describeBus } from './bus.js';

describeBus('LocalBus', () => {
  const errors: unknown[] = [];
  return { bus: new LocalBus((error) => void errors.push(error)), errors };
});
