import { STATUS_CODES } from 'node:http';
import { type ArgumentsHost, BadRequestException, HttpException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { FailureFilter } from '../../src/api/failure-filter.js';
import { HttpFailure, retryLater } from '../../src/api/http-failure.js';
import { Refusal } from '../../src/model/refusal.js';

function answerTo(exception: unknown, url = '/auth/ticket') {
  const told: unknown[] = [];
  const answer: { status?: number; body?: unknown; headers?: object } = {};
  const reply = {
    sent: false,
    headers: (headers: object) => Object.assign(answer, { headers: { ...answer.headers, ...headers } }) && reply,
    status: (status: number) => Object.assign(answer, { status }) && reply,
    send: (body: unknown) => Object.assign(answer, { body }),
  };
  const host = {
    switchToHttp: () => ({ getResponse: () => reply, getRequest: () => ({ id: 'req-7', url }) }),
  } as unknown as ArgumentsHost;
  new FailureFilter((error, requestId) => told.push(error, requestId)).catch(exception, host);
  return { ...answer, told };
}

describe('FailureFilter', () => {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  const internal = { statusCode: 500, error: 'Internal Server Error', message: 'Internal server error' };

  it.each([
    ['an error', new Error('the password is 123')],
    ['an error that claims to be a server fault', Object.assign(new Error('the password is 123'), { statusCode: 502 })],
    ['a text', 'the password is 123'],
    ['nothing', undefined],
    ['an object', { statusCode: 418, message: 'the password is 123' }],
  ])('says nothing of %s, but to the log', (_what, thrown) => {
    expect(answerTo(thrown)).toEqual({ status: 500, headers, body: internal, told: [thrown, 'req-7'] });
  });

  it('says what is wrong with a request, without a stack', () => {
    const error = Object.assign(new Error('Body is too large'), { statusCode: 413, code: 'FST_ERR' });
    expect(answerTo(error)).toMatchObject({
      status: 413,
      headers,
      body: { statusCode: 413, error: 'Payload Too Large', message: 'Body is too large' },
      told: [],
    });
  });

  it.each([new BadRequestException('no'), new HttpException('no', 400), new BadRequestException(['no'])])(
    'gives every refusal the same shape',
    (refusal) => {
      expect(answerTo(refusal)).toMatchObject({
        status: 400,
        headers,
        body: { statusCode: 400, error: 'Bad Request', message: 'no' },
        told: [],
      });
    },
  );

  it('says when to try again', () => {
    expect(answerTo(retryLater(503, 'busy', 3))).toMatchObject({ status: 503, headers: { 'retry-after': '3' } });
  });

  it.each([
    [new Refusal('conflict', 'no'), 409, 'conflict', undefined],
    [new Refusal('rate_limited', 'no', 1_200), 429, 'rate_limited', '2'],
    [new Refusal('busy', 'no'), 503, 'busy', '1'],
    [new HttpFailure(400, 'no', {}, { errors: [{ field: 'a', message: 'no' }] }), 400, 'bad_frame', undefined],
    [new Error('the password is 123'), 500, 'internal', undefined],
  ])('tells a problem document under /api/v1: %s', (thrown, status, code, retryAfter) => {
    const { body, headers } = answerTo(thrown, '/api/v1/messages/m1?a=b');
    const errors = thrown instanceof HttpFailure ? thrown.details.errors : undefined;
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json' });
    expect({ 'retry-after': undefined, ...headers }['retry-after']).toBe(retryAfter);
    expect(body).toEqual({
      type: `urn:minim:problem:${code}`,
      title: STATUS_CODES[status],
      status,
      detail: status === 500 ? 'Internal server error' : 'no',
      code,
      ...(errors && { errors }),
      ...(retryAfter !== undefined && { retryAfterMs: expect.any(Number) }),
    });
  });

  it('leaves a body alone that has more to say', () => {
    const body = { status: 'not ready', parts: { store: 'gone' } };
    expect(answerTo(new HttpException(body, 503))).toMatchObject({ status: 503, body });
  });
});
