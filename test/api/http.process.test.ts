import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../support/server.js';

describe.each(['uws', 'ws'])('HTTP over the %s transport', (transport) => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await startServer({ env: { MINIM_TRANSPORT: transport } });
  });

  afterAll(async () => {
    await server.stop();
  });

  it('says that it lives', async () => {
    await request(server.url).get('/health/live').expect(200, { status: 'live' }).expect('content-type', /json/);
  });

  it('says that it is ready, part by part', async () => {
    await request(server.url)
      .get('/health/ready')
      .expect(200, { status: 'ready', parts: { sessions: 'ok', store: 'ok', bus: 'ok' }, auth: 'open' });
  });

  it('answers what is not there in the shape of every refusal, without its query', async () => {
    await request(server.url)
      .get('/nothing/here?a=1')
      .expect(404, { message: 'Cannot GET /nothing/here', error: 'Not Found', statusCode: 404 });
  });

  it('answers a body that is no JSON in the same shape', async () => {
    const { body } = await request(server.url)
      .post('/health/live')
      .set('content-type', 'application/json')
      .send('{bad')
      .expect(400);
    expect(body).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: expect.stringContaining('not valid JSON'),
    });
  });

  it('answers a body that is too large with 413', async () => {
    const { body } = await request(server.url)
      .post('/health/live')
      .set('content-type', 'application/json')
      .send(`"${'x'.repeat(1024 * 1024)}"`)
      .expect(413);
    expect(body).toMatchObject({ statusCode: 413 });
  });

  it('[MP-1.1] answers plain HTTP on the path of a WebSocket with 426', async () => {
    for (const path of ['/websocket', '/websocket/', '/websocket/A', '/websocket/A?v=1', '/websocket/a/b']) {
      const { body } = await request(server.url).get(path).expect(426).expect('upgrade', 'websocket');
      expect(body).toMatchObject({ statusCode: 426, error: 'Upgrade Required' });
    }
    await request(server.url).post('/websocket/A').expect(426);
  });
});
