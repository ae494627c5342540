import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { type Answered, UwsRequest, UwsResponse } from '../../src/gateway/transport/uws/uws-messages.js';

const CALL = { method: 'POST', url: '/a?b=c', headers: { host: 'h' }, remoteAddress: '127.0.0.1' };

function respond() {
  const answers: Answered[] = [];
  const breaks: (Error | null)[] = [];
  const response = new UwsResponse(
    (answer) => answers.push(answer),
    (error) => breaks.push(error),
  );
  return { response, answers, breaks };
}

describe('a request over uWebSockets.js', () => {
  it('reads its body as a stream, once', async () => {
    const chunks = await new UwsRequest(CALL, Buffer.from('{"a":1}')).toArray();
    expect(Buffer.concat(chunks).toString()).toBe('{"a":1}');
  });

  it('without a body is a stream that ends', async () => {
    expect(await new UwsRequest(CALL, undefined).toArray()).toEqual([]);
  });

  it('closes when the client has gone', async () => {
    const request = new UwsRequest(CALL, undefined);
    const closed = new Promise((resolve) => request.once('close', resolve));
    request.abort();
    await closed;
    expect(request.aborted).toBe(true);
  });
});

describe('an answer over uWebSockets.js', () => {
  it('is told once, whole, with the status and the headers as they were last set', async () => {
    const { response, answers, breaks } = respond();
    response.setHeader('X-One', 'a').setHeader('x-one', 'b').setHeader('Set-Cookie', ['c', 'd']).setHeader('X-Gone', 1);
    response.removeHeader('x-gone');
    expect(response.headersSent).toBe(false);
    response.writeHead(201, { 'content-type': 'text/plain', 'x-none': undefined });
    expect(response.headersSent).toBe(true);
    response.end('hello');
    await finished(response);
    expect(answers).toEqual([
      {
        status: 201,
        headers: new Map<string, unknown>([
          ['x-one', 'b'],
          ['set-cookie', ['c', 'd']],
          ['content-type', 'text/plain'],
        ]),
        body: 'hello',
      },
    ]);
    expect([response.getHeader('X-ONE'), response.hasHeader('X-Gone'), response.getHeaderNames()]).toEqual([
      'b',
      false,
      ['x-one', 'set-cookie', 'content-type'],
    ]);
    expect(breaks).toEqual([]);
  });

  it('takes no header any more once they are on their way', () => {
    const { response } = respond();
    response.writeHead(200);
    const tooLate = expect.objectContaining({ code: 'ERR_HTTP_HEADERS_SENT' });
    expect(() => response.setHeader('x', 'y')).toThrow(tooLate);
    expect(() => response.writeHead(500)).toThrow(tooLate);
    expect(response.statusCode).toBe(200);
  });

  it('takes what a stream gives as one body, texts and bytes alike', async () => {
    const { response, answers } = respond();
    await pipeline(Readable.from(['grü', Buffer.from('ß'), ' dich'], { objectMode: true }), response);
    expect(answers.map(({ body }) => body.toString())).toEqual(['grüß dich']);
  });

  it('takes a text in the encoding that is named with it', async () => {
    const { response, answers } = respond();
    response.end('Z3LDvMOf', 'base64');
    await finished(response);
    expect(answers.map(({ body }) => body.toString())).toEqual(['grüß']);
  });

  it.each([
    ['X-A', 'b\r\nX-Forged: c'],
    ['X-A\r\nX-Forged', 'c'],
    ['X-A', ['b', 'c\r\nX-Forged: d']],
  ])('declines a header that would forge another: %j %j', (name, value) => {
    const { response } = respond();
    expect(() => response.setHeader(name, value)).toThrow(/Invalid character|valid HTTP token/);
    expect(() => response.writeHead(200, { [name]: value })).toThrow(/Invalid character|valid HTTP token/);
    expect(response.getHeaderNames()).toEqual([]);
  });

  it('that is destroyed before it is whole is told as broken, and throws nothing', async () => {
    const { response, answers, breaks } = respond();
    response.write('half');
    const error = new Error('the file ended');
    const closed = new Promise((resolve) => response.once('close', resolve));
    response.destroy(error);
    await closed;
    expect(answers).toEqual([]);
    expect(breaks).toEqual([error]);
  });
});
