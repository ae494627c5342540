import { expect, it, vi } from 'vitest';
import { Tail } from '../../src/console/web/operate/tail.js';

/** A server that gives these answers one after the other, and then none. */
function answering(...answers: readonly unknown[]) {
  const paths: string[] = [];
  const ask = (path: string) => {
    const answer = answers[paths.length];
    paths.push(path);
    if (answer instanceof Error) return Promise.reject(answer);
    return answer === undefined ? new Promise<never>(() => undefined) : Promise.resolve(answer);
  };
  return { ask, paths };
}

const event = (at: number, fields: object = {}) => ({ type: 'pushed', at, sessionId: 's', device: 'phone', ...fields });

async function followed(...answers: readonly unknown[]) {
  const server = answering(...answers);
  const tail = new Tail(server, 'B b');
  tail.start();
  await vi.waitUntil(() => server.paths.length > answers.length);
  return { tail, paths: server.paths };
}

it('whoever follows a user begins now, and goes on behind what came', async () => {
  const { tail, paths } = await followed(
    { events: [], next: 'n-0' },
    { events: [event(5, { messageId: 'm' })], next: 'n-1' },
  );
  expect(paths).toEqual([
    '/api/v1/users/B%20b/events?',
    '/api/v1/users/B%20b/events?after=n-0&wait=20',
    '/api/v1/users/B%20b/events?after=n-1&wait=20',
  ]);
  expect(tail.events).toEqual([{ number: 1, type: 'pushed', at: 5, messageId: 'm', rest: [['device', 'phone']] }]);
  tail.stop();
});

it('sees where events are missing', async () => {
  const { tail } = await followed(
    { events: [event(1)], next: 'a' },
    { events: [event(9)], next: 'b', lost: 3 },
    { events: [], next: 'c', broken: true },
  );
  expect(tail.events.map(({ type }) => type)).toEqual(['pushed', 'missed', 'pushed', 'missed']);
  tail.stop();
});

it('keeps the last hundred, under the numbers that they had', async () => {
  const { tail } = await followed({ events: Array.from({ length: 250 }, (_, at) => event(at)), next: 'a' });
  expect([tail.events.length, tail.events[0]?.number, tail.events.at(-1)?.number]).toEqual([100, 151, 250]);
  tail.stop();
});

it('tries again after a while when there was no answer, and not once it is stopped', async () => {
  vi.useFakeTimers();
  try {
    const server = answering({ events: [], next: 'a' }, new Error('away'), { events: [], next: 'b' });
    const tail = new Tail(server, 'B');
    tail.start();
    await vi.advanceTimersByTimeAsync(100);
    expect([server.paths.length, tail.trouble]).toEqual([2, 'away']);
    await vi.advanceTimersByTimeAsync(3_000);
    expect([server.paths.length, tail.trouble]).toEqual([4, '']);
    tail.stop();
    expect(tail.isOn).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.paths.length).toBe(4);
  } finally {
    vi.useRealTimers();
  }
});
