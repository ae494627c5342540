import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { startServer } from '../support/server.js';
import { SECRET } from '../support/tokens.js';

const WARNING = 'MINIM_AUTH=open: anyone connects as anyone';

describe('a node with MINIM_AUTH=open', () => {
  it('says so in the log, to who started it, and to who asks', async () => {
    const server = await startServer();
    const { body } = await request(server.url).get('/health/ready').expect(200);
    expect(body.auth).toBe('open');
    const lines = server.log().split('\n');
    expect(lines.some((line) => line.includes('"level":"warn"') && line.includes(WARNING))).toBe(true);
    expect(lines.some((line) => line.startsWith('    WARNING') && line.includes('set MINIM_AUTH=token'))).toBe(true);
    await server.stop();
  });
});

describe('a node with MINIM_AUTH=token', () => {
  it('has nothing to warn of', async () => {
    const server = await startServer({ env: { MINIM_AUTH: 'token', MINIM_JWT_SECRET: SECRET } });
    const { body } = await request(server.url).get('/health/ready').expect(200);
    expect(body.auth).toBe('token');
    expect(server.log()).not.toContain(WARNING);
    await server.stop();
  });
});
