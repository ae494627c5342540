import { describe, expect, it } from 'vitest';
import type { Bus, BusNote } from '../../src/messaging/ports/bus.js';
import type { UserId } from '../../src/model/ids.js';

const note = (name: string): BusNote => ({ kind: 'typing', userId: name as UserId, fromUserId: 'A' as UserId });

/** What every adapter of the bus promises; `open` gives one, and where it tells of what listeners let go. */
export function describeBus(name: string, open: () => { bus: Bus; errors: readonly unknown[] }): void {
  describe(`${name} as a Bus`, () => {
    it('gives the node that publishes its own notes', async () => {
      const { bus } = open();
      const heard: BusNote[] = [];
      bus.subscribe((each) => void heard.push(each));
      bus.publish(note('B'));
      await expect.poll(() => heard).toEqual([note('B')]);
    });

    it('lets no listener that throws harm the publisher or others', async () => {
      const { bus, errors } = open();
      const heard: BusNote[] = [];
      const fault = new Error('a listener of ours');
      bus.subscribe(() => {
        throw fault;
      });
      bus.subscribe((each) => void heard.push(each));
      bus.publish(note('B'));
      await expect.poll(() => heard).toEqual([note('B')]);
      expect(errors).toEqual([fault]);
    });

    it('tells a listener that was taken away nothing more, and leaves the others, the same function twice included', async () => {
      const { bus } = open();
      let count = 0;
      const listener = () => {
        count += 1;
      };
      const stop = bus.subscribe(listener);
      bus.subscribe(listener);
      stop();
      stop();
      bus.publish(note('B'));
      await expect.poll(() => count).toBe(1);
    });

    it('bears that nobody listens', () => {
      expect(() => open().bus.publish(note('B'))).not.toThrow();
    });
  });
}
