// Tells people by a WeChat subscribe message that a message waits for them: a receiver for MINIM_HOOK_URL, without dependencies.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const { MINIM_HOOK_SECRET: hookSecret = '', WECHAT_APPID: appid, WECHAT_SECRET: secret, PORT = '8080' } = process.env;
const { WECHAT_TEMPLATE: template, WECHAT_URL: platform = 'https://api.weixin.qq.com' } = process.env;
const MAX_BODY_BYTES = 1_048_576;
const TIMEOUT_MS = 8_000;

/** The fields of your template; `thing` may have 20 characters. */
function dataOf({ fromUserId, message, sentAt }) {
  const text = typeof message === 'string' ? message : 'A message for you';
  return {
    thing1: { value: [...text].slice(0, 20).join('') },
    thing2: { value: fromUserId.slice(0, 20) },
    time3: { value: new Date(sentAt).toISOString().slice(0, 16).replace('T', ' ') },
  };
}

/** What to answer the node, by the errcode of WeChat: 2xx is done, 410 drops it, 400 makes it a dead letter, 503 tries again. */
const ANSWERS = new Map([
  [0, 204],
  [43101, 410], // the user has agreed to no more
  [40003, 410], // no openid of this mini-program
  [40037, 400], // the template is wrong
  [47003, 400], // the fields of the template are wrong
]);
const STALE_TOKEN = [40001, 40014, 42001];

function isFromTheNode(headers, body) {
  const { 'x-minim-timestamp': time = '', 'x-minim-signature': given = '' } = headers;
  const own = `v1=${createHmac('sha256', hookSecret).update(`${time}.${body}`).digest('hex')}`;
  const isFresh = Math.abs(Date.now() - Number(time)) < 300_000;
  return isFresh && given.length === own.length && timingSafeEqual(Buffer.from(given), Buffer.from(own));
}

async function post(path, question) {
  const body = JSON.stringify(question);
  const answer = await fetch(`${platform}${path}`, { method: 'POST', body, signal: AbortSignal.timeout(TIMEOUT_MS) });
  return answer.json();
}

let token = { text: '', untilMs: 0 };

async function accessToken() {
  if (Date.now() < token.untilMs) return token.text;
  const answer = await post('/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret });
  if (!answer.access_token) throw new Error(`no access token: errcode ${answer.errcode}`);
  token = { text: answer.access_token, untilMs: Date.now() + (answer.expires_in - 300) * 1_000 };
  return token.text;
}

async function notify(event) {
  const message = { touser: event.userId, template_id: template, page: 'pages/chat/chat', data: dataOf(event) };
  const { errcode } = await post(`/cgi-bin/message/subscribe/send?access_token=${await accessToken()}`, message);
  if (STALE_TOKEN.includes(errcode)) token = { text: '', untilMs: 0 };
  return ANSWERS.get(errcode) ?? 503;
}

/** The node may tell an event twice. Where that matters after a restart, keep these in your database. */
const done = new Set();

async function answerTo(headers, body) {
  if (!isFromTheNode(headers, body)) return 401;
  const event = JSON.parse(body);
  if (event.type !== 'message.waiting' || done.has(event.eventId)) return 204;
  const status = await notify(event);
  if (status !== 503) done.add(event.eventId);
  if (done.size > 10_000) done.delete(done.values().next().value);
  return status;
}

const server = createServer(async (request, response) => {
  try {
    const chunks = [];
    let size = 0;
    for await (const chunk of request) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) return void response.writeHead(413).end();
      chunks.push(chunk);
    }
    response.writeHead(await answerTo(request.headers, Buffer.concat(chunks).toString())).end();
  } catch (error) {
    console.error(error.message);
    response.writeHead(503).end();
  }
});

if (hookSecret.length < 24 || !appid || !secret || !template) {
  console.error('expected MINIM_HOOK_SECRET, WECHAT_APPID, WECHAT_SECRET and WECHAT_TEMPLATE');
  process.exit(1);
}
server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on port ${server.address().port}`));
