import type { UserEvent } from '../model/user-event.js';

const WORDS: Readonly<Record<string, (event: UserEvent) => string>> = {
  connected: (event) => `${session(event)}, ${event.full ? 'full' : 'plain'}, from ${event.remoteAddress}`,
  disconnected: (event) => `${session(event)} with ${event.code}`,
  sent: (event) => `${event.what}${named(event)}${target(event)}: ${event.outcome}${numbers(event)}`,
  came: (event) => `${event.what} from ${event.fromUserId}${numbers(event)}${hook(event)}`,
  pushed: (event) => `${event.what} from ${event.fromUserId}${numbers(event)} to ${session(event)}`,
  ephemeral: ({ fromUserId, toUserId, sessions }) => `from ${fromUserId} to ${toUserId}, to ${sessions} sessions`,
  confirmed: ({ device, cursor }) => `${device} has everything up to number ${cursor}`,
  read: ({ peerId, seq }) => `the conversation with ${peerId} up to seq ${seq}`,
  receipt: ({ peerId, ...event }) => `of the conversation with ${peerId}: ${marks(event)}`,
  refused: (event) => `${session(event)}: ${event.error}${named(event)}`,
  hook: ({ event, outcome, messageId, reason }) =>
    [`${event}${messageId === undefined ? '' : ` of ${messageId}`}: ${outcome}`, reason].filter(Boolean).join(', '),
};

/** One event, for people. */
export function lineOf(event: UserEvent): string {
  const words = WORDS[event.type]?.(event) ?? JSON.stringify(event);
  return printable(`${new Date(event.at).toISOString()}  ${event.type.padEnd(12)}  ${words}`);
}

function session({ device, sessionId }: UserEvent): string {
  if (sessionId === '') return device === '' ? 'a question over HTTP' : `${device}, over HTTP`;
  return device === sessionId ? `session ${sessionId}` : `${device} (session ${sessionId})`;
}

function named({ id }: UserEvent): string {
  return id === undefined ? '' : ` ${JSON.stringify(id)}`;
}

function target({ toUserId, room, what, messageId }: UserEvent): string {
  if (toUserId !== undefined) return ` to ${toUserId}`;
  if (room !== undefined) return ` to the room ${room}`;
  return what === 'recall' ? ` of ${messageId}` : '';
}

function numbers({ messageId, seq, cursor }: UserEvent): string {
  const parts = [messageId, seq && `seq ${seq}`, cursor && `number ${cursor}`].filter(Boolean);
  return seq === undefined ? '' : `, ${parts.join(', ')}`;
}

function hook({ event, outcome }: UserEvent): string {
  return event === undefined ? '' : `, ${event} ${outcome}`;
}

function marks({ delivered, read, ownRead }: Pick<UserEvent, 'delivered' | 'read' | 'ownRead'>): string {
  const parts = [
    delivered && `delivered up to seq ${delivered}`,
    read && `read up to seq ${read}`,
    ownRead && `read here up to seq ${ownRead}`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** Whatever somebody else's words are, they steer no terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}
