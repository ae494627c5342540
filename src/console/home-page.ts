import { createHash } from 'node:crypto';

const STYLE = `
  :root { color-scheme: light dark; --line: #8883; --soft: #8881; }
  body { font: 16px/1.6 system-ui, sans-serif; max-width: 44rem; margin: 0 auto; padding: 3rem 1.25rem; }
  h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .25rem; }
  h2 { font-size: 1.1rem; margin: 2.25rem 0 .5rem; }
  p { margin: .5rem 0; }
  code, pre { font: 14px/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
  code { background: var(--soft); border-radius: 4px; padding: .1em .35em; }
  pre { background: var(--soft); border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1rem; overflow-x: auto; }
  pre b { font-weight: 600; }
  table { border-collapse: collapse; width: 100%; }
  td { border-top: 1px solid var(--line); padding: .45rem .75rem .45rem 0; vertical-align: top; }
`;

/** By its digest, so that no other style counts (CSP Level 3 §2.3.1). */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HOST = /^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:]+\](:\d{1,5})?$/;

/** The page at `/`: what this is, where to connect and three lines to try. `host` is the request's own, as it came. */
export function homePage(host: string, secure: boolean): string {
  const base = `${secure ? 'wss' : 'ws'}://${HOST.test(host) ? host : 'localhost:3000'}/websocket`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Minim</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Minim is running</h1>
<p>Point-to-point instant messaging for mini-programs: a WebSocket for each user, text in, text out.</p>

<h2>Connect</h2>
<pre>${base}/<b>A</b></pre>
<p><code>A</code> is the user id: 1 to 64 of <code>A-Z a-z 0-9 _ . @ -</code>. Leave it out and you are a guest.</p>

<h2>Try it in two terminals</h2>
<pre>npx wscat -c ${base}/<b>A</b>
npx wscat -c ${base}/<b>B</b></pre>
<p>Then type one of these lines as A:</p>
<pre>ping
{"toUserId":"B","message":"hello"}
good morning, everyone</pre>

<h2>What comes back</h2>
<table>
<tr><td><code>ping</code></td><td>you get <code>{"type":"pong"}</code></td></tr>
<tr><td><code>{"toUserId":"B",…}</code></td><td>B gets it as a <code>message</code> from A, and only B; if B is away, when B comes</td></tr>
<tr><td>any other text</td><td>everyone online gets it as a <code>broadcast</code>, you too</td></tr>
</table>

<h2>For machines</h2>
<p><code>GET /health/live</code> and <code>GET /health/ready</code>. The whole protocol is in PROTOCOL.md.</p>
</main>
</body>
</html>
`;
}
