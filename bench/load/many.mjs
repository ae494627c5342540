/** One load process of `sessions.mjs`: holds its share of the sessions, and counts what each of them gets. */
import { openSessions } from './session.mjs';

const DIALS_AT_ONCE = 200;
const ALL_WITHIN_MS = 60_000;
/** When everything has come, nothing more may come for so long. */
const SETTLE_MS = 1_000;

const { port, first, count, total, messagesEach, sourceAddress } = JSON.parse(process.argv[2]);
const sessions = [];
/** What each session has been sent, by the type of the frame. */
const got = Array.from({ length: count }, () => ({ pong: 0, message: 0, broadcast: 0 }));
const outstanding = { pong: 0, message: 0, broadcast: 0 };
let fault;
let whenDone = () => {};

const phases = {
  async connect() {
    const request = (at) => ({ port, path: `/websocket/${userId(at)}`, localAddress: sourceAddress });
    sessions.push(...(await openSessions(count, DIALS_AT_ONCE, request)));
    for (const [at, session] of sessions.entries()) {
      session.onText = (text) => receive(at, JSON.parse(text));
      session.onEnd = (because) => fail(`${userId(at)} was ended: ${because}`);
    }
    // It may come before this process has been told of that phase.
    outstanding.broadcast = count;
  },
  async ping() {
    for (const session of sessions) session.send('ping');
    await all('pong', count);
  },
  async direct() {
    for (let time = 1; time <= messagesEach; time += 1) {
      for (const [at, session] of sessions.entries()) {
        const toUserId = userId(partner(at));
        session.send(JSON.stringify({ toUserId, message: `message ${time} to ${toUserId}`, ephemeral: true }));
      }
      await all('message', count);
    }
  },
  async broadcast() {
    if (first === 0) sessions[0].send(JSON.stringify({ message: `good morning, all ${total}` }));
    await all('broadcast', 0);
  },
  async check() {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    for (const [at, { pong, message, broadcast }] of got.entries()) {
      if (pong === 1 && message === messagesEach && broadcast === 1) continue;
      fail(`${userId(at)} got ${pong} pongs, ${message} messages and ${broadcast} broadcasts`);
    }
  },
};

process.on('message', async (name) => {
  const tooLate = setTimeout(() => answer(`still waiting for ${JSON.stringify(outstanding)}`), ALL_WITHIN_MS);
  try {
    await phases[name]();
  } catch (error) {
    fail(error.message);
  }
  clearTimeout(tooLate);
  answer(fault);
});

process.on('disconnect', () => process.exit());

function answer(because) {
  process.send({ fault: because });
}

function receive(at, frame) {
  const { type } = frame;
  if (!(type in outstanding)) return fail(`${userId(at)} got ${JSON.stringify(frame)}`);
  if (type === 'message' && !isTheNextOne(at, frame)) return fail(`${userId(at)} got ${JSON.stringify(frame)}`);
  got[at][type] += 1;
  outstanding[type] -= 1;
  if (outstanding[type] === 0) whenDone();
}

/** Whether it is what the partner sent next. */
function isTheNextOne(at, { fromUserId, message }) {
  return fromUserId === userId(partner(at)) && message === `message ${got[at].message + 1} to ${userId(at)}`;
}

/** Resolves when what is outstanding of this type, and `more`, has come, or something has gone wrong. */
function all(type, more) {
  outstanding[type] += more;
  return new Promise((resolve) => {
    whenDone = resolve;
    if (fault !== undefined || outstanding[type] <= 0) resolve();
  });
}

/** The neighbour: 0 and 1 are partners, 2 and 3 … */
function partner(at) {
  return at ^ 1;
}

function userId(at) {
  return `user${first + at}`;
}

function fail(because) {
  fault ??= because;
  whenDone();
}
