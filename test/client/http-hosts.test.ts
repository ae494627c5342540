import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { browserHttp } from '../../mini-program-client/src/hosts/browser-http.js';
import type { HttpRequest } from '../../mini-program-client/src/hosts/http.js';
import type { HttpOptions, MiniProgramHost } from '../../mini-program-client/src/hosts/mini-program-host.js';
import { wxHttp } from '../../mini-program-client/src/hosts/wx-http.js';

const GET: HttpRequest = { method: 'GET', url: 'http://127.0.0.1:1/', header: { authorization: 'Bearer t1' } };
const PUT: HttpRequest = { ...GET, method: 'PUT', data: '{"message":"hello"}' };

/** Asks on a platform that gives `task`. */
function ask(request: HttpRequest, task: unknown = undefined) {
  const asked: HttpOptions[] = [];
  const told: unknown[] = [];
  const host: MiniProgramHost = {
    connectSocket: () => undefined,
    request: (options) => {
      asked.push(options);
      return task;
    },
  };
  const giveUp = wxHttp(host)?.request(request, (...answer) => told.push(answer));
  const [options] = asked;
  if (!options || !giveUp) throw new Error('nothing was asked');
  return { options, told, giveUp };
}

describe('a mini-program', () => {
  it('asks with the header under both of its names, and without data where there is none', () => {
    const { header } = GET;
    const callbacks = { success: expect.any(Function), fail: expect.any(Function) };
    expect(ask(GET).options).toEqual({ ...GET, headers: header, ...callbacks });
    expect(ask(PUT).options).toEqual({ ...PUT, headers: header, ...callbacks });
  });

  it('tells the answer, parsed or as text', () => {
    const { options, told } = ask(GET);
    options.success({ statusCode: 200, data: { head: 1 }, header: {} });
    options.success({ statusCode: 502, data: '<html>', header: {} });
    expect(told).toEqual([
      [200, { head: 1 }],
      [502, '<html>'],
    ]);
  });

  it('tells a status that my calls a failure', () => {
    const { options, told } = ask(GET);
    options.fail({ error: 19, status: 409, data: { code: 'conflict' } });
    expect(told).toEqual([[409, { code: 'conflict' }]]);
  });

  it('tells that there is no answer', () => {
    const { options, told } = ask(GET);
    options.fail({ errMsg: 'request:fail timeout' });
    expect(told).toEqual([[0, undefined]]);
  });

  it('is given up by its task, and where there is none it ends by itself', () => {
    let aborted = 0;
    ask(GET, { abort: () => (aborted += 1) }).giveUp();
    ask(GET).giveUp();
    expect(aborted).toBe(1);
  });

  it('leaves no failed promise behind, where the platform gives one besides calling back', async () => {
    const { options } = ask(GET, Promise.reject(new Error('request:fail')));
    options.fail({ errMsg: 'request:fail' });
    await Promise.resolve();
  });

  it('has none where the host has none', () => {
    expect(wxHttp({ connectSocket: () => undefined })).toBe(undefined);
  });
});

/** A server that says what it was asked, or never answers. */
async function echo(): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === '/never') return;
    const { method, headers } = request;
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      response.writeHead(409).end(JSON.stringify([method, headers.authorization, body]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a browser, and Node', () => {
  const http = browserHttp(fetch);
  const answerTo = (request: HttpRequest) =>
    new Promise((resolve) => http.request(request, (...answer) => resolve(answer)));

  it('asks and tells the answer, whatever its status', async () => {
    const url = await echo();
    expect(await answerTo({ ...GET, url })).toEqual([409, '["GET","Bearer t1",""]']);
    expect(await answerTo({ ...PUT, url })).toEqual([409, JSON.stringify(['PUT', 'Bearer t1', PUT.data])]);
  });

  it('tells that there is no answer', async () => {
    expect(await answerTo(GET)).toEqual([0, '']);
  });

  it('gives up', async () => {
    const url = `${await echo()}/never`;
    let giveUp = () => {};
    const answer = new Promise((resolve) => {
      giveUp = http.request({ ...GET, url }, (...given) => resolve(given));
    });
    giveUp();
    expect(await answer).toEqual([0, '']);
  });
});
