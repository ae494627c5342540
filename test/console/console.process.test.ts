import request from 'supertest';
import { expect, it } from 'vitest';
import { describeNode } from '../support/node-suite.js';

const BROWSER = 'text/html,application/xhtml+xml,*/*;q=0.8';

describeNode('the address of a node', (node) => {
  const home = () => request(node.server.url).get('/');

  it('shows whoever is no browser where to connect, and what to try', async () => {
    const { text } = await home().expect(200).expect('content-type', 'text/plain; charset=utf-8');
    expect(text).toContain(`ws://127.0.0.1:${node.server.port}/websocket/`);
    expect(text.match(/npx wscat -c/g)?.length).toBe(2);
    expect(text).toContain('{"toUserId":"B","message":"hello"}');
    expect(text).toContain(`http://127.0.0.1:${node.server.port}/ shows`);
  });

  it('shows wss behind a proxy that ends TLS', async () => {
    const { text } = await home().set('host', 'im.example.com').set('x-forwarded-proto', 'https');
    expect(text).toContain('wss://im.example.com/websocket/');
  });

  it('shows nothing of a Host that is none, and lets no page connect there', async () => {
    for (const host of ['<script>alert(1)</script>', 'a; script-src *', "a 'unsafe-inline'"]) {
      const { text } = await home().set('host', host);
      expect(text).not.toContain(host);
      expect(text).toContain('ws://localhost:3000/websocket/');
      const { headers } = await home().set('host', host).set('accept', BROWSER);
      expect(headers['content-security-policy']).toContain("connect-src 'self' ws://localhost:3000 wss://");
      expect(headers['content-security-policy']).not.toContain(host);
    }
  });

  it('shows a browser the web console, which loads nothing from elsewhere and nothing inline', async () => {
    const { text, headers } = await home()
      .set('accept', BROWSER)
      .expect(200)
      .expect('content-type', /^text\/html/);
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(headers['content-security-policy']).toContain(`ws://127.0.0.1:${node.server.port} `);
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(text).not.toMatch(/<style|style=|<script(?![^>]* src=)|https?:/);
  });

  it('asks after the page each time, and after what it loads never again', async () => {
    const { text, headers } = await home().set('accept', BROWSER);
    expect(headers).toMatchObject({ 'cache-control': 'no-cache', vary: expect.stringMatching(/accept/i) });
    await home()
      .set('accept', BROWSER)
      .set('if-none-match', headers.etag ?? '')
      .expect(304);

    const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(loaded.map((path) => path.replace(/.*\./, '')).sort()).toEqual(['css', 'js', 'svg']);
    for (const path of loaded) {
      const { headers, body } = await request(node.server.url).get(path).buffer(true).expect(200);
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(body).toBeDefined();
      await request(node.server.url)
        .get(path)
        .set('if-none-match', headers.etag ?? '')
        .expect(304);
    }
  });

  it('tells the page whether there are API keys, and nothing else of them', async () => {
    const { body } = await request(node.server.url).get('/console/server').expect(200);
    expect(body).toEqual({ hasApiKeys: false });
  });

  it('answers HEAD with the head alone', async () => {
    const { headers, text } = await request(node.server.url).head('/').expect(200);
    expect(Number(headers['content-length'])).toBeGreaterThan(500);
    expect(text ?? '').toBe('');
  });

  it.each(['nothing.js', 'index.html', '..%2Fconsole-files.js', '%2e%2e', 'constructor'])(
    'has no other file of the console: %s',
    async (name) => {
      await request(node.server.url).get(`/console/${name}`).expect(404);
    },
  );
});
