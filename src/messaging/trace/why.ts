import type { DeviceLife, LifeOfMany, LifeOfMessage, OpenSession } from './life.js';
import type { PushTraced } from './trace-of.js';

type Message = Omit<LifeOfMessage, 'why'>;

/** What plain sessions, and devices that end with their session, confirm under. */
const PASSING_DEVICE = '~';

/** One sentence for whoever asks why a message did not arrive, or whether it did. */
export function whyOf(message: Message): string {
  const { recipientCursor, toUserId, sentAt, seq } = message;
  const stored = `stored at ${time(sentAt)} as number ${recipientCursor} of ${toUserId}'s inbox (seq ${seq})`;
  const parts = [stored, ...forgotten(message), ...arrived(message)];
  if (!message.delivered) parts.push(...waiting(message), ...hooked(message), ...reach(message));
  return parts.join('; ');
}

export function whyOfMany(message: Omit<LifeOfMany, 'why'>): string {
  const { room, seq, sentAt, published, tracedSince } = message;
  const where =
    room === undefined ? `broadcast ${seq}, to everyone` : `message ${seq} of the room ${JSON.stringify(room)}`;
  const parts = [`stored at ${time(sentAt)} as ${where}`];
  for (const { at, sessions } of published)
    parts.push(`published at ${time(at)} to ${count(sessions, 'session')} of this node`);
  if (published.length === 0) {
    const isTraced = tracedSince !== undefined && tracedSince <= sentAt;
    parts.push(isTraced ? 'published to nobody on this node: no session was there' : untraced(tracedSince));
  }
  return parts.join('; ');
}

/** Why there is no message of this id. Its first part names the epoch in which the store gave it. */
export function whyNone(messageId: string, epoch: string): string {
  if (!/^[0-9a-f]+-[0-9a-z]{1,10}$/.test(messageId)) {
    return 'no message with this id here: it is no messageId of this server, which look like 2bc9e98f1c-7; a sender’s own id is something else';
  }
  if (messageId.startsWith(`${epoch}-`)) {
    return 'no message with this id here: never given, or older than MINIM_RETENTION_DAYS, or the place of a recall';
  }
  return `no message with this id here: it is of another store, or of before an older copy was put in place or too old; ids begin with ${epoch} now`;
}

function forgotten({ state, recalledAt, expiresAt }: Message): string[] {
  if (state === 'recalled') return [`recalled${recalledAt === undefined ? '' : ` at ${time(recalledAt)}`}`];
  if (state === 'expired') return [`its time ran out${expiresAt === undefined ? '' : ` at ${time(expiresAt)}`}`];
  return state === 'erased' ? ['its sender was erased'] : [];
}

function arrived({ read, delivered, toUserId, devices }: Message): string[] {
  if (!delivered) return [];
  const having = devices.filter(({ has }) => has).map(confirmation);
  const others = devices.filter(({ has }) => !has).map(place);
  const has =
    having.length > 0 ? `${having.join(', ')} ${having.length === 1 ? 'has' : 'have'} it` : 'some device has it';
  return [...(read ? [`${toUserId} has read it`] : []), [has, ...others].join(', ')];
}

/** Why nobody has confirmed it: because of the sessions that are here, or because none is. */
function waiting(message: Message): string[] {
  const { toUserId, floor, recipientCursor, devices, sessions, online } = message;
  if (floor >= recipientCursor) return [`${toUserId} was erased, and with it the inbox up to number ${floor}`];
  const current = sessions.filter((session) => session.current);
  if (current.length > 0) return current.map((session) => ofSession(session, message));
  const places = devices.length === 0 ? [`no device of ${toUserId} was ever here`] : devices.map(place);
  const absent = online ? `${toUserId} is online on another node` : `${toUserId} has no device online`;
  return [
    ...message.pushes
      .filter(({ userId }) => userId === toUserId)
      .slice(-1)
      .map(pushed),
    absent,
    ...places,
  ];
}

function ofSession({ sessionId, device, full, written, bufferedBytes }: OpenSession, message: Message): string {
  const name = full ? device : `a plain session`;
  if (written === undefined) return `${name} is online, and is about to be opened`;
  const push = message.pushes.findLast((each) => each.sessionId === sessionId && each.userId === message.toUserId);
  if (push !== undefined) return pushed(push);
  if (written >= message.recipientCursor) return `${name} is online and was sent it, and has not confirmed it`;
  const behind = bufferedBytes > 0 ? `, since it reads slowly: ${bufferedBytes} bytes wait for it` : '';
  return `${name} is online and was sent what is up to number ${written} so far${behind}`;
}

function pushed({ device, sessionId, at, waited, drainedAt, endedAt, endCode }: PushTraced): string {
  const how = sessionId === '' ? 'answered over HTTP' : 'pushed';
  const parts = [`${how} to ${device === '' ? 'a device without a name' : device} at ${time(at)}, never confirmed`];
  if (waited)
    parts.push(
      drainedAt === undefined ? 'the network did not take it at once' : `the network took it by ${time(drainedAt)}`,
    );
  if (endedAt !== undefined) parts.push(`its session ended with ${endCode} at ${time(endedAt)}`);
  return parts.join(', ');
}

function hooked({ hook, tellings }: Message): string[] {
  if (hook?.state === 'dead') return [`the hook gave up its message.waiting: ${hook.reason}`];
  const last = tellings.at(-1);
  const tried = last && `${last.outcome} at ${time(last.at)}`;
  if (hook?.state === 'queued') return [`its message.waiting is queued for the hook${tried ? `, last ${tried}` : ''}`];
  return tried ? [`the hook message.waiting was ${tried}`] : [];
}

/** What is not there may only not be known. */
function reach({ pushes, tracedSince, sentAt }: Message): string[] {
  if (pushes.length > 0 || (tracedSince !== undefined && tracedSince <= sentAt)) return [];
  return [untraced(tracedSince)];
}

function untraced(since: number | undefined): string {
  if (since === undefined) return 'pushes are not traced (MINIM_TRACE_EVENTS=0)';
  return `what was pushed before ${time(since)} is not known any more`;
}

function confirmation({ deviceId, confirmedAt }: DeviceLife): string {
  return `${nameOf(deviceId)}${confirmedAt === undefined ? '' : ` (confirmed at ${time(confirmedAt)})`}`;
}

function place({ deviceId, cursor }: DeviceLife): string {
  return `${nameOf(deviceId)} ${deviceId === PASSING_DEVICE ? 'are' : 'is'} at ${cursor}`;
}

function nameOf(deviceId: string): string {
  return deviceId === PASSING_DEVICE ? 'plain sessions' : `device ${deviceId}`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
