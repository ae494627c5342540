import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { WsClient } from '../support/ws-client.js';
import { type RigSocket, TRANSPORTS } from './rig.js';
import { numbered, open, type Publish, told, UWS_TEXT_BYTES, UWS_TEXTS } from './subscribers.js';

const MIB = 1024 * 1024;

/** A few hundred texts to one socket, in all the ways there are; all of them in order. */
function sayMuch(socket: RigSocket, publish: Publish): string[] {
  const ways: ((text: string) => void)[] = [
    (text) => publish('tea', text),
    (text) => publish('coffee', text),
    (text) => void socket.send(text),
    (text) => socket.cork(() => void socket.send(text)),
  ];
  return Array.from({ length: 400 }, (_, i) => {
    const text = `${i} `.padEnd(i % 11 === 0 ? UWS_TEXT_BYTES + i : i, '.');
    // The last hundred are all published.
    ways[i < 300 ? (i * i + (i >> 3)) % ways.length : i % 2]?.(text);
    return text;
  });
}

/** A kilobyte that shares its memory with no other text. */
function longName(name: string): string {
  return Buffer.alloc(1_000, `${name} `).toString();
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

describe.each(TRANSPORTS)('the %s transport: topics', (name) => {
  it('publishes to those who are subscribed at that moment, and to nobody else', async () => {
    const { rig, client, publish } = await open(name, { paths: ['/A', '/B', '/C'] });
    rig.socket('/A').subscribe('tea');
    rig.socket('/A').subscribe('tea');
    rig.socket('/B').subscribe('tea');
    rig.socket('/C').subscribe('coffee');
    publish('tea', 'one');
    rig.socket('/B').unsubscribe('tea');
    rig.socket('/C').unsubscribe('tea');
    publish('tea', 'two');
    rig.socket('/B').subscribe('tea');
    publish('tea', 'three');
    publish('water', 'nobody');
    for (const path of ['/A', '/B', '/C']) rig.socket(path).send('end');
    expect(await told(client('/A'))).toEqual(['one', 'two', 'three']);
    expect(await told(client('/B'))).toEqual(['one', 'three']);
    expect(await told(client('/C'))).toEqual([]);
  });

  it('keeps 51 topics of one socket apart, and what is published for them in order', async () => {
    const { rig, client, publish } = await open(name, { paths: ['/all', '/odd'] });
    const topics = numbered('room', 51);
    const isOdd = (_text: string, i: number) => i % 2 === 1;
    for (const topic of topics) rig.socket('/all').subscribe(topic);
    for (const topic of topics.filter(isOdd)) rig.socket('/odd').subscribe(topic);
    for (const round of ['a', 'b', 'c']) for (const topic of topics) publish(topic, `${topic} ${round}`);
    for (const path of ['/all', '/odd']) rig.socket(path).send('end');
    const inRounds = (of: string[]) => ['a', 'b', 'c'].flatMap((round) => of.map((topic) => `${topic} ${round}`));
    expect(await told(client('/all'))).toEqual(inRounds(topics));
    expect(await told(client('/odd'))).toEqual(inRounds(topics.filter(isOdd)));
  });

  it('takes the name of a topic letter by letter', async () => {
    // Two of them are the same to look at.
    const accents = ['caf\u00e9', 'cafe\u0301'];
    const marks = ['', '#', '+', '*', '/', 'a', 'A', 'a/b', 'a/#', 'a/+', 'a:b', 'a\0', 'a\0b'];
    const topics = [...marks, ...accents, '茶', 'чай', 'شاي', '😀', '你'.repeat(64)];
    const paths = topics.map((_topic, i) => `/${i}`);
    const { rig, client, publish } = await open(name, { paths });
    for (const [i, topic] of topics.entries()) rig.socket(`/${i}`).subscribe(topic);
    for (const topic of topics) publish(topic, `for ${topic}`);
    for (const path of paths) rig.socket(path).send('end');
    expect(await Promise.all(paths.map((path) => told(client(path))))).toEqual(topics.map((topic) => [`for ${topic}`]));
  });

  it.each(['outside', 'inside'])(
    'keeps the order of one turn, %s events: sends, topics and the close',
    async (where) => {
      let said: string[] = [];
      const say = (socket: RigSocket) => {
        socket.subscribe('tea');
        socket.subscribe('coffee');
        said = sayMuch(socket, publish);
        socket.close(4000, 'done');
        publish('tea', 'late');
      };
      const options = { maxBufferedBytes: 64 * MIB };
      const { rig, client, publish } = await open(name, { paths: ['/A'], options, events: () => ({ text: say }) });
      if (where === 'inside') client('/A').send('go');
      else say(rig.socket('/A'));
      expect(await client('/A').ended).toEqual({ code: 4000, reason: 'done' });
      expect(await told(client('/A'))).toEqual(said);
    },
  );

  it('lets a socket subscribe as it opens, and whoever is left hear as it closes', async () => {
    const { rig, client, publish } = await open(name, {
      paths: ['/A', '/B', '/C'],
      events: (publish) => ({
        opened: (socket) => {
          socket.subscribe('tea');
          publish('tea', `${socket.state} came`);
        },
        closed: (socket) => {
          publish('tea', `${socket.state} went`);
          socket.subscribe('tea');
          socket.unsubscribe('tea');
        },
      }),
    });
    await client('/C').leave();
    await rig.saw('closed /C 1000');
    rig.socket('/B').terminate();
    await rig.saw('closed /B 1006');
    publish('tea', 'end');
    expect(await told(client('/A'))).toEqual(['/A came', '/B came', '/C came', '/C went', '/B went']);
    expect(rig.errors).toEqual([]);
  });

  it.each<[how: string, leave: (socket: RigSocket) => void]>([
    ['unsubscribing', (socket) => socket.unsubscribe('tea')],
    ['closing', (socket) => socket.close(4000, '')],
  ])('lets a socket leave a topic by %s while texts for it are under way', async (_how, leave) => {
    const before = numbered('before', UWS_TEXTS + 8);
    const after = numbered('after', UWS_TEXTS + 8);
    const { rig, client } = await open(name, {
      paths: ['/A', '/B', '/C'],
      events: (publish) => ({
        text: (socket) => {
          for (const text of before) publish('tea', text);
          leave(socket);
          for (const text of after) publish('tea', text);
          rig.socket('/A').terminate();
          publish('tea', 'end');
          socket.send('end');
        },
      }),
    });
    for (const path of ['/A', '/B', '/C']) rig.socket(path).subscribe('tea');
    client('/B').send('leave');
    expect(await told(client('/C'))).toEqual([...before, ...after]);
    expect(await told(client('/B'))).toEqual(before);
    expect((await client('/A').ended).code).toBe(1006);
  });

  it('keeps nothing of topics that come and go, by 10 000 at a time', { timeout: 20_000 }, async () => {
    const { rig, client, publish } = await open(name, { paths: ['/A'] });
    const comeAndGo = async (round: number) => {
      const path = `/${round}`;
      const guest = await WsClient.open(`ws://${rig.url}${path}`);
      const topics = numbered(`${round}`, 10_000).map(longName);
      for (const topic of topics) {
        rig.socket('/A').subscribe(topic);
        rig.socket(path).subscribe(topic);
      }
      for (const topic of topics) rig.socket('/A').unsubscribe(topic);
      await guest.leave();
      await rig.saw(`closed ${path} 1000`);
      for (const topic of topics) publish(topic, 'nobody');
      collectGarbage();
      return process.memoryUsage.rss();
    };
    // The memory that one round takes is not given back to the operating system at once.
    for (const round of [1, 2]) await comeAndGo(round);
    const once = await comeAndGo(3);
    let often = once;
    for (let round = 4; round < 10; round += 1) often = await comeAndGo(round);
    // The names alone are six times 10 MB, for each who keeps them.
    expect(often - once).toBeLessThan(30 * MIB);
    rig.socket('/A').send('end');
    expect(await told(client('/A'))).toEqual([]);
  });
});
