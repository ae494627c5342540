import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../support/server.js';
import { TOKEN_MODE, tokenOf } from '../support/tokens.js';
import { type Frame, WsClient } from '../support/ws-client.js';

const NOT_TAKEN = {
  type: 'error',
  code: 'forbidden',
  message: 'this user takes no messages from you; expected another recipient',
};

/** Opens sessions on the one server of a suite. */
function serverOf(env: Readonly<Record<string, string>>) {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ env });
  });
  afterAll(async () => void (await server.stop()));
  const open = (target: string) => WsClient.open(`${server.ws}/websocket/${target}`, { ignored: 'receipt' });
  let users = 0;
  return {
    open,
    /** A full session that is level with its inbox, and its welcome. */
    openFull: async (target: string): Promise<{ session: WsClient; welcome: Frame }> => {
      const session = await open(`${target}${target.includes('?') ? '&' : '?'}v=1`);
      const welcome = await session.next();
      while ((await session.next()).type !== 'synced');
      return { session, welcome };
    },
    newUsers: () => {
      users += 1;
      return { a: `a${users}`, b: `b${users}`, c: `c${users}` };
    },
  };
}

describe('people', () => {
  const { open, openFull, newUsers } = serverOf({});

  it('[MP-2.28] keeps what a user says of himself, part by part, and says it in welcome', async () => {
    const { a } = newUsers();
    const { session, welcome } = await openFull(a);
    expect(welcome).not.toHaveProperty('profile');
    expect(await session.ask({ type: 'profile', id: 'p1', nickname: 'Ann 安' })).toEqual({ type: 'ack', id: 'p1' });
    session.send({ type: 'profile', avatar: 'cat-3' });
    expect(await session.ask({ type: 'profile', id: 'p2' })).toEqual({ type: 'ack', id: 'p2' });
    const profile = { nickname: 'Ann 安', avatar: 'cat-3' };
    expect((await openFull(a)).welcome).toMatchObject({ profile });
    await session.ask({ type: 'profile', id: 'p3', nickname: '' });
    expect((await openFull(a)).welcome.profile).toEqual({ avatar: 'cat-3' });
    await session.ask({ type: 'profile', id: 'p4', avatar: '' });
    expect((await openFull(a)).welcome).not.toHaveProperty('profile');
  });

  it('[MP-2.28] refuses what is no nickname and no picture', async () => {
    const { a } = newUsers();
    const { session } = await openFull(a);
    for (const wrong of [
      { nickname: 'x'.repeat(33) },
      { nickname: ' x' },
      { nickname: 'a\nb' },
      { nickname: 7 },
      { avatar: 'javascript:alert(1)' },
      { avatar: 'https://x y' },
      { avatar: 'x'.repeat(513) },
      { invisible: 'yes' },
    ]) {
      expect(await session.ask({ type: 'profile', id: 'p', ...wrong })).toMatchObject({ id: 'p', code: 'bad_frame' });
    }
    expect((await openFull(a)).welcome).not.toHaveProperty('profile');
  });

  it('[MP-2.24] [MP-2.28] shows the peer’s profile beside a conversation', async () => {
    const { a, b, c } = newUsers();
    const [{ session: ann }, { session: bo }] = [await openFull(a), await openFull(b)];
    await bo.ask({ type: 'profile', id: 'p', nickname: 'Bo' });
    await ann.ask({ type: 'message', id: 'm1', toUserId: b, message: 'hello' });
    await ann.ask({ type: 'message', id: 'm2', toUserId: c, message: 'hello' });
    const { items } = await ann.ask({ type: 'conversations', id: 'q' });
    expect(items).toMatchObject([{ peerId: c }, { peerId: b, profile: { nickname: 'Bo' } }]);
    expect((items as Frame[])[0]).not.toHaveProperty('profile');
  });

  it('[MP-2.29] refuses what a blocked user sends, from whatever session, until he is unblocked', async () => {
    const { a, b, c } = newUsers();
    const { session: ann } = await openFull(a);
    const { session: cem } = await openFull(c);
    const plain = await open(`${c}?device=old`);
    expect(await ann.ask({ type: 'block', id: 'k1', userId: c })).toEqual({ type: 'ack', id: 'k1' });
    for (const session of [cem, plain]) {
      const stored = await session.ask({ type: 'message', id: 'm1', toUserId: a, message: 'hello' });
      expect(stored).toEqual({ ...NOT_TAKEN, id: 'm1' });
      const ephemeral = await session.ask({ type: 'message', toUserId: a, message: 'hello', ephemeral: true });
      expect(ephemeral).toEqual(NOT_TAKEN);
    }
    cem.send({ type: 'typing', toUserId: a });
    // What others send comes, and what the blocking user sends does.
    const { session: bo } = await openFull(b);
    bo.send({ type: 'typing', toUserId: a });
    expect(await ann.next()).toEqual({ type: 'typing', fromUserId: b });
    expect(await ann.ask({ type: 'message', id: 'm2', toUserId: c, message: 'x' })).toMatchObject({ type: 'ack' });
    expect(await cem.next()).toMatchObject({ type: 'message', fromUserId: a });
    expect(await ann.ask({ type: 'unblock', id: 'k2', userId: c })).toEqual({ type: 'ack', id: 'k2' });
    cem.send({ type: 'typing', toUserId: a });
    expect(await ann.next()).toEqual({ type: 'typing', fromUserId: c });
    cem.send({ type: 'message', id: 'm3', toUserId: a, message: 'hello', ephemeral: true });
    expect(await ann.next()).toMatchObject({ type: 'message', ephemeral: true, fromUserId: c });
    expect(await cem.next()).toEqual({ type: 'ack', id: 'm3', delivered: 1 });
    expect(await cem.ask({ type: 'message', id: 'm1', toUserId: a, message: 'hello' })).toMatchObject({ type: 'ack' });
  });

  it('[MP-2.29] knows of a block before anything reaches a session that has just opened, and answers the same when nobody is online', async () => {
    const { a, c } = newUsers();
    const { session: ann } = await openFull(a);
    await ann.ask({ type: 'block', id: 'k', userId: c });
    await ann.leave();
    const { session: cem } = await openFull(c);
    const attempt = { type: 'message', toUserId: a, message: 'hello', ephemeral: true };
    expect(await cem.ask(attempt)).toEqual(NOT_TAKEN);
    for (let i = 0; i < 5; i += 1) {
      const again = await open(a);
      expect(await cem.ask(attempt)).toEqual(NOT_TAKEN);
      expect(await again.ask('ping')).toEqual({ type: 'pong' });
      await again.leave();
    }
  });

  it('[MP-2.29] lists whom a user blocks, and lets nobody block himself', async () => {
    const { a, b, c } = newUsers();
    const { session } = await openFull(a);
    expect(await session.ask({ type: 'blocked', id: 'q1' })).toEqual({ type: 'blocked', id: 'q1', userIds: [] });
    for (const userId of [c, b, c]) await session.ask({ type: 'block', id: 'k', userId });
    const { userIds } = await session.ask({ type: 'blocked', id: 'q2' });
    expect((userIds as string[]).toSorted()).toEqual([b, c]);
    expect(await session.ask({ type: 'block', id: 'k', userId: a })).toMatchObject({ id: 'k', code: 'bad_frame' });
    expect(await session.ask({ type: 'block', id: 'k', userId: 'no spaces' })).toMatchObject({ code: 'bad_frame' });
    await session.ask({ type: 'unblock', id: 'k', userId: c });
    expect(await session.ask({ type: 'blocked', id: 'q3' })).toMatchObject({ userIds: [b] });
  });

  it('[MP-2.29] leaves broadcasts alone, and what was sent before', async () => {
    const { a, c } = newUsers();
    const [{ session: ann }, { session: cem }] = [await openFull(a), await openFull(c)];
    await cem.ask({ type: 'message', id: 'm1', toUserId: a, message: 'before' });
    expect(await ann.next()).toMatchObject({ message: 'before' });
    await ann.ask({ type: 'block', id: 'k', userId: c });
    cem.send({ type: 'broadcast', message: 'to all' });
    expect(await ann.next()).toMatchObject({ type: 'broadcast', fromUserId: c });
    const { items } = await ann.ask({ type: 'history', id: 'h', peerId: c });
    expect(items).toMatchObject([{ message: 'before' }]);
  });
});

describe('people where tokens are asked for, and only known users are sent messages', () => {
  const { openFull } = serverOf({ ...TOKEN_MODE, MINIM_RECIPIENTS: 'known' });
  const enter = async (userId: string, claims = {}) =>
    (await openFull(`${userId}?token=${await tokenOf(userId, claims)}`)).session;

  it('[MP-2.29] answers who sends to a stranger as one who is blocked, until the stranger was here once', async () => {
    const ann = await enter('A');
    const attempt = { type: 'message', id: 'm1', toUserId: 'S', message: 'hello' };
    expect(await ann.ask(attempt)).toEqual({ ...NOT_TAKEN, id: 'm1' });
    expect(await ann.ask({ ...attempt, ephemeral: true })).toEqual({ ...NOT_TAKEN, id: 'm1' });
    const stranger = await enter('S');
    await stranger.leave();
    expect(await ann.ask(attempt)).toMatchObject({ type: 'ack', id: 'm1' });
    expect(await ann.ask({ ...attempt, ephemeral: true })).toMatchObject({ code: 'not_found' });
  });

  it('[MP-7.3] never shows a user whose token says invisible, and lets the profile not say otherwise', async () => {
    const ann = await enter('A');
    const watched = ['V', 'W'];
    ann.send({ type: 'watch', id: 'w', userIds: watched });
    const never = watched.map((userId) => ({ type: 'presence', userId, online: false }));
    expect(await ann.nextOnes(3)).toEqual([{ type: 'ack', id: 'w' }, ...never]);
    const hidden = await enter('V', { invisible: true });
    expect(await hidden.ask({ type: 'profile', id: 'p', invisible: false })).toMatchObject({ code: 'forbidden' });
    expect(await hidden.ask({ type: 'profile', id: 'p', nickname: 'V' })).toMatchObject({ type: 'ack' });
    await enter('W');
    expect(await ann.next()).toEqual({ type: 'presence', userId: 'W', online: true });
    // It stays so without the claim, until a token says otherwise.
    await enter('V');
    await enter('V', { invisible: false });
    expect(await ann.next()).toEqual({ type: 'presence', userId: 'V', online: true });
  });
});
