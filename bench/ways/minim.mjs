import 'reflect-metadata';

const UNLIMITED = { framesPerS: 0, framesBurst: 0, bytesPerS: 0 };
/** More than one user can send here: everything is counted, and nothing refused. */
export const LIMITED = { framesPerS: 1_000_000, framesBurst: 1_000_000, bytesPerS: 1_000_000_000 };

/** The real parts of the built program from the dispatcher to the session, on a socket that only counts. */
export async function minimWay(users, send, { dist = '../../dist', limits = UNLIMITED } = {}) {
  const load = (path) => import(new URL(`${dist}/${path}.js`, import.meta.url));
  const [
    { FrameDispatcher },
    { GatewayCounts },
    { ImGateway },
    { Latencies },
    { Outflow },
    { PoolDelivery },
    { SendGate },
    { TurnClock },
    { Session },
    { SessionPool },
    { SendEphemeral },
    { systemClock },
  ] = await Promise.all(
    [
      'gateway/frames/frame-dispatcher',
      'gateway/gateway-counts',
      'gateway/im.gateway',
      'gateway/latencies',
      'gateway/outflow',
      'gateway/pool-delivery',
      'gateway/limits/send-gate',
      'gateway/limits/turn-clock',
      'gateway/session',
      'gateway/session-pool',
      'messaging/send-ephemeral',
      'ops/system-clock',
    ].map(load),
  );
  const pool = new SessionPool();
  const counts = new GatewayCounts();
  const latencies = new Latencies(systemClock);
  const outflow = new Outflow((_topic, text) => send(text), 1_048_576, counts, latencies);
  const cards = { blocks: () => false, of: () => undefined, load: async () => undefined };
  const sendEphemeral = new SendEphemeral(new PoolDelivery(pool, cards, latencies), cards, systemClock, false);
  const unused = { open() {} };
  const options = { sessionsPerUser: 0 };
  const parts = [pool, unused, unused, sendEphemeral, unused, unused, null, unused, systemClock, options];
  const gateway = new ImGateway(...parts);
  const gate = new SendGate(limits, new TurnClock(systemClock));
  const dispatcher = new FrameDispatcher(gateway, gate, systemClock.monotonicMs, counts);
  const sessions = users.map((userId, ordinal) => {
    const identity = { id: `s-${ordinal}`, ordinal, userId, device: 'plain', full: false, echo: false };
    const session = new Session({ ...identity, serverHeartbeat: false }, fakeSocket(send), outflow);
    gateway.handleConnection(session);
    return session;
  });
  return (sender, text) => dispatcher.receive(sessions[sender], text, text.length);
}

function fakeSocket(send) {
  return {
    state: undefined,
    open: true,
    bufferedBytes: 0,
    send(text) {
      send(text);
      return 'sent';
    },
    cork: (write) => write(),
    ping() {},
    subscribe() {},
    unsubscribe() {},
    close() {},
    terminate() {},
  };
}
