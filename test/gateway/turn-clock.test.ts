import { describe, expect, it } from 'vitest';
import { TurnClock } from '../../src/gateway/limits/turn-clock.js';

const nextTurn = () => new Promise(setImmediate);

describe('TurnClock', () => {
  it('says one time for all of an event-loop turn, and the true one at the first question of the next', async () => {
    let now = 10;
    const clock = new TurnClock({ monotonicMs: () => now });
    expect(clock.monotonicMs()).toBe(10);
    now = 20;
    await Promise.resolve();
    expect(clock.monotonicMs()).toBe(10);
    await nextTurn();
    now = 30;
    expect(clock.monotonicMs()).toBe(30);
    await nextTurn();
    expect(clock.monotonicMs()).toBe(30);
  });
});
