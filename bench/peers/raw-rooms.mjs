/**
 * The peer of the rooms: what one writes on uWebSockets.js when nothing but speed counts. A room is a topic, and a
 * message is published to it as it came, inside the message handler. Nothing is stored, checked or numbered, and nobody
 * is told who comes; of the settings those that matter for speed are Minim's.
 */
import uWS from 'uWebSockets.js';

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
  },
  message: (ws, bytes) => {
    const text = Buffer.from(bytes).toString();
    const { type, room, toUserId } = JSON.parse(text);
    if (type === 'join') {
      ws.subscribe(room);
      ws.send('{"type":"joined"}');
    } else if (room !== undefined) {
      app.publish(room, text);
    } else {
      sessions.get(toUserId)?.send(text);
    }
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
