import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { need } from './support/apt.js';
import { newUser } from './support/client-events.js';
import { openProxy } from './support/client-proxy.js';
import { DocCode, openPage, runInNode, runInPage, submit, textsIn } from './support/doc-code.js';
import { openPortedPage } from './support/doc-mini-program.js';
import { startNginx } from './support/nginx.js';
import { type RunningServer, startServer } from './support/server.js';
import { WsClient } from './support/ws-client.js';

/** docs/porting.md: its code, as it stands there, against the built program. */

const nginx = need('nginx', 'nginx');
const UNTIL = { timeout: 8_000 };

let server: RunningServer;
let address = '';
const code = new DocCode('docs/porting.md', () => address);

beforeAll(async () => {
  server = await startServer();
  address = server.ws;
});
afterAll(() => server.stop());

it('has old code that could be compiled', () => {
  const old = code.names.filter((name) => name.endsWith('-before'));
  expect(old).toHaveLength(5);
  for (const name of old) transformSync(code.read(name), { loader: 'js' });
});

describe('a copied mini-program page, with nothing but its address changed', () => {
  const page = (userId: string) => openPortedPage(code.changed('copied-page-before', 'copied-page'), userId);

  it('sends under formUserId, and is answered its heartbeat of 15 s', async () => {
    const [a, b] = [await page(newUser()), await page(newUser())];
    a.send(b.userId, 'hello');
    await b.shows(['hello']);
    b.clock.advance(15_000);
    await b.hears('{"type":"pong"}');
    expect(b.clock.nextIn).toBe(15_000);
    expect(b.page.data.list).toEqual(['hello']);
  });

  it('comes back behind its lock with one dial, and is told what was said meanwhile', async () => {
    const [a, b] = [await page(newUser()), await page(newUser())];
    a.send(b.userId, 'hello');
    await b.shows(['hello']);
    await b.loseConnection();
    a.send(b.userId, 'are you there?');
    await expect.poll(() => b.clock.nextIn, UNTIL).toBe(2_000);
    b.clock.advance(2_000);
    await expect.poll(() => b.page.data.list, UNTIL).toContain('are you there?');
    expect(b.phone.sockets).toMatchObject({ dials: 2, mostAtOnce: 1 });
  });
});

describe('a chat room with numeric codes', () => {
  const HTML = `<input id="nickname"><ul id="lines"></ul><ul id="users"></ul><form id="say"><input name="text"></form>`;
  const open = (nickname: string) => {
    const page = openPage(HTML.replace('id="nickname"', `id="nickname" value="${nickname}"`));
    runInPage(page, code.read('chat-room-view', 'chat-room-after'));
    return page;
  };
  const linesOf = (page: ReturnType<typeof open>) => textsIn(page, '#lines li');
  const usersOf = (page: ReturnType<typeof open>) => textsIn(page, '#users li').toSorted();

  it('shows who comes, goes and is there, and what was said before', async () => {
    const ann = open('Ann');
    await expect.poll(() => usersOf(ann), UNTIL).toEqual(['Ann']);
    submit(ann, '#say', { text: 'anybody?' });
    await expect.poll(() => linesOf(ann), UNTIL).toEqual(['Ann: anybody?']);
    const ben = open('Ben');
    await expect.poll(() => linesOf(ben), UNTIL).toEqual(['Ann: anybody?']);
    await expect.poll(() => usersOf(ben), UNTIL).toEqual(['Ann', 'Ben']);
    submit(ben, '#say', { text: 'me' });
    await expect.poll(() => linesOf(ann), UNTIL).toEqual(['Ann: anybody?', 'Ben came', 'Ben: me']);
    expect(usersOf(ann)).toEqual(['Ann', 'Ben']);
    ben.close();
    await expect.poll(() => linesOf(ann).at(-1), UNTIL).toBe('Ben went');
    expect(usersOf(ann)).toEqual(['Ann']);
  });
});

interface Chat {
  say(text: string): Promise<unknown>;
  close(): void;
}

/** What a chat shows, and the chat itself; it is closed when the test is over. */
async function shownBy<Opened extends Chat>(
  open: (show: (line: string) => void) => Opened | Promise<Opened>,
): Promise<{ readonly chat: Opened; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const chat = await open((line) => lines.push(line));
  onTestFinished(() => chat.close());
  return { chat, lines };
}

describe('Socket.IO rooms with nicknames', () => {
  type Options = Record<'url' | 'userId' | 'room' | 'nickname', string> & { show(line: string): void };
  interface RoomChat extends Chat {
    whisper(toUserId: string, text: string): Promise<unknown>;
  }

  it('shows joins, leaves and messages by nickname, and whispers to one', async () => {
    const { openChat } = runInNode<{ openChat(options: Options): Promise<RoomChat> }>(code.read('rooms-after'));
    const [A, B] = [newUser(), newUser()];
    const open = (userId: string, nickname: string) =>
      shownBy((show) => openChat({ url: server.ws, userId, room: 'games', nickname, show }));
    const ann = await open(A, 'Ann');
    await ann.chat.say('first');
    const ben = await open(B, 'Ben');
    await ben.chat.say('hello');
    await ann.chat.whisper(B, 'hush');
    await expect.poll(() => ben.lines.toSorted(), UNTIL).toEqual(['Ben: hello', `${A}, to you alone: hush`].sort());
    ben.chat.close();
    const seen = ['Ann: first', 'Ben joined, 2 here', 'Ben: hello', 'Ben left, 1 here'];
    await expect.poll(() => ann.lines, UNTIL).toEqual(seen);
  });

  it('answers a client that still speaks Socket.IO with 404', async () => {
    const refusal = await WsClient.refusal(`${server.ws}/socket.io/?EIO=4&transport=websocket`);
    expect(refusal.status).toBe(404);
  });
});

describe('STOMP with /topic/public', () => {
  type Options = Record<'url' | 'username', string> & { show(line: string): void };

  it('shows joins, leaves and messages', async () => {
    const { openChat } = runInNode<{ openChat(options: Options): Chat }>(code.read('topic-after'));
    const [A, B] = [newUser(), newUser()];
    const open = (username: string) => shownBy((show) => openChat({ url: server.ws, username, show }));
    const a = await open(A);
    await a.chat.say('first');
    const b = await open(B);
    await b.chat.say('hello');
    await expect.poll(() => b.lines, UNTIL).toEqual([`${B} joined!`, `${B}: hello`]);
    b.chat.close();
    const seen = [`${A} joined!`, `${A}: first`, `${B} joined!`, `${B}: hello`, `${B} left!`];
    await expect.poll(() => a.lines, UNTIL).toEqual(seen);
  });

  it('answers a STOMP frame with unsupported, and shows it to nobody', async () => {
    const [old, other] = [
      await WsClient.open(`${server.ws}/websocket/${newUser()}`, { protocols: ['v12.stomp'] }),
      await WsClient.open(`${server.ws}/websocket/${newUser()}`),
    ];
    const answer = await old.ask('CONNECT\naccept-version:1.2\nlogin:ann\npasscode:secret\n\n\0');
    expect(answer).toMatchObject({ type: 'error', code: 'unsupported' });
    old.send({ message: 'after it' });
    expect(await other.next()).toMatchObject({ type: 'broadcast', message: 'after it' });
  });
});

describe.skipIf(nginx === undefined)('a page that reconnects, behind a real nginx', () => {
  const HTML = `<input id="userId" value="USER"><ul id="lines"></ul><form id="say"><input name="toUserId"><input name="text"></form>`;

  /** A page, a network that can be cut, nginx, and the program. */
  async function open(read: () => string) {
    const front = await startNginx({ binary: nginx ?? '', upstreamPort: server.port });
    onTestFinished(async () => void (await front.stop()));
    const network = await openProxy(front.port);
    network.letsWebSocketsThrough = true;
    address = network.url.replace('http', 'ws');
    onTestFinished(() => {
      address = server.ws;
    });
    const [userId, otherUser] = [newUser(), newUser()];
    const page = openPage(HTML.replace('USER', userId));
    const other = await WsClient.open(`${server.ws}/websocket/${otherUser}`);
    const linesAre = (...texts: string[]) =>
      expect.poll(() => textsIn(page, '#lines li').map((line) => line.replace(/^.*: /, '')), UNTIL).toEqual(texts);
    const mark = async () => {
      const session = await WsClient.open(`${server.ws}/websocket/${userId}?v=1`);
      const { cursor } = await session.next();
      await session.leave();
      return cursor;
    };
    return {
      page,
      network,
      other,
      otherUser,
      linesAre,
      /** A plain session is told once more what it showed and has not confirmed yet. */
      confirmed: (cursor: number) => expect.poll(mark, UNTIL).toBe(cursor),
      run: () => runInPage(page, read()),
      write: (message: string) => other.send({ toUserId: userId, message }),
    };
  }

  it('is told what it missed, with nothing but its address changed', async () => {
    const { page, network, linesAre, confirmed, run, write } = await open(() => code.changed('page-before', 'page'));
    const dials: (() => void)[] = [];
    Object.assign(page, { setTimeout: (dial: () => void) => dials.push(dial) });
    write('hello');
    run();
    await linesAre('hello');
    await confirmed(1);
    network.cut();
    await expect.poll(() => dials, UNTIL).toHaveLength(1);
    write('are you there?');
    dials[0]?.();
    await linesAre('hello', 'are you there?');
  });

  it('shows lines of docker/nginx.conf', () => {
    const whole = readFileSync('docker/nginx.conf', 'utf8');
    const lines = code.read('page-proxy').split('\n');
    expect(lines.filter((line) => !whole.includes(line.trim()))).toEqual([]);
  });

  it('loses nothing in either direction with the library', async () => {
    const { page, network, other, otherUser, linesAre, run, write } = await open(() => code.read('page-after'));
    run();
    write('hello');
    await linesAre('hello');
    network.letsWebSocketsThrough = false;
    network.cut();
    submit(page, '#say', { toUserId: otherUser, text: 'into the dark' });
    write('are you there?');
    await expect.poll(() => network.refused, UNTIL).toBeGreaterThan(0);
    network.letsWebSocketsThrough = true;
    await linesAre('hello', 'are you there?');
    expect(await other.next()).toMatchObject({ message: 'into the dark' });
  });
});
