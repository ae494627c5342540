/**
 * The peer that Minim is measured against: what one writes on uWebSockets.js when nothing but speed counts. A message
 * is parsed, its recipient looked up, and the text sent on as it came, inside the message handler. No checks, no
 * protocol, no limits; of the settings those that matter for speed are Minim's. With `STAMP=1` it also says who sent the
 * message and when, as Minim does, and so writes the text anew.
 */
import uWS from 'uWebSockets.js';

const stamps = process.env.STAMP === '1';
const sessions = new Map();

const app = uWS.App().ws('/websocket/:userId', {
  compression: uWS.DISABLED,
  maxPayloadLength: 128 * 1024,
  maxBackpressure: 2 * 1024 * 1024 + 128 * 1024,
  idleTimeout: 930,
  sendPingsAutomatically: false,
  upgrade: (res, req, context) => {
    res.upgrade(
      { userId: req.getParameter(0) },
      req.getHeader('sec-websocket-key'),
      req.getHeader('sec-websocket-protocol'),
      '',
      context,
    );
  },
  open: (ws) => {
    sessions.set(ws.getUserData().userId, ws);
    ws.subscribe('everyone');
  },
  message: (ws, bytes) => {
    const text = Buffer.from(bytes).toString();
    if (text === 'ping') {
      ws.send('{"type":"pong"}');
      return;
    }
    const frame = JSON.parse(text);
    const out = stamps ? JSON.stringify({ fromUserId: ws.getUserData().userId, ...frame, sentAt: Date.now() }) : text;
    if (frame.toUserId === undefined) app.publish('everyone', out);
    else sessions.get(frame.toUserId)?.send(out);
  },
  close: (ws) => {
    sessions.delete(ws.getUserData().userId);
  },
});

/** The second argument asks for the port alone: by default uWebSockets.js shares it with any other process. */
app.listen(process.env.HOST, Number(process.env.PORT), 1, (listening) => {
  if (!listening) process.exit(1);
  process.stdout.write('listening\n');
});

process.on('SIGTERM', () => process.exit(0));
