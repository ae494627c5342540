import type { Message, MinimClient, Recalled, RoomMessage, Sent } from '../lib/minim';
import { isRoom, roomKey, userKey } from '../model/conversations';
import type { Entry, Placed } from '../model/entries';
import { timeOfSend } from '../model/ids';
import { keptSends, textOf } from '../model/kept-sends';
import type { Book } from './book';

/** The way from what the library tells into the book. Each note is on the phone when its listener returns. */
export function tellBook(client: MinimClient, book: Book): void {
  const ownId = client.userId;

  client.on('message', (message) => {
    const entry = placedOf(message);
    if (entry) book.note({ type: 'told', key: keyOf(message, ownId), entry });
  });
  client.on('recalled', (recalled) => {
    book.note({ type: 'recalled', key: keyOf(recalled, ownId), entry: recalledOf(recalled) });
  });
  client.on('sent', (sent) => {
    const found = book.findSend(sent.id);
    const entry = found && ackedOf(found.entry, sent);
    if (found && entry) book.note({ type: 'acked', key: found.key, entry });
  });
  client.on('refused', ({ id, toUserId, room, message, error }) => {
    if (!room && !toUserId) return;
    const key = room ? roomKey(room) : userKey(toUserId || '');
    const sentAt = timeOfSend(id, Date.now());
    const entry = { key: id, id, fromUserId: ownId, text: textOf(message), sentAt };
    book.note({ type: 'refused', key, entry, code: error.code });
  });
  client.on('toolong', ({ broadcast }) => {
    if (!broadcast) book.forget((key) => !isRoom(key));
  });
}

export function tellRoom(book: Book, message: RoomMessage): void {
  const { room, messageId, seq, fromUserId, sentAt } = message;
  const entry = { key: messageId, messageId, seq, fromUserId, sentAt, text: textOf(message.message) };
  book.note({ type: 'told', key: roomKey(room), entry });
}

/** What was on its way when the app was killed: the library goes on sending it. */
export function showKeptSends(outbox: string, book: Book, ownId: string): void {
  for (const { id, toUserId, room, message } of keptSends(outbox)) {
    const entry = { key: id, id, fromUserId: ownId, text: textOf(message), sentAt: timeOfSend(id, Date.now()) };
    book.wait(room ? roomKey(room) : userKey(toUserId || ''), entry);
  }
}

/** What is not stored is not kept here either. */
function placedOf({ messageId, seq, fromUserId, sentAt, id, message }: Message): Placed | null {
  if (messageId === undefined || seq === undefined) return null;
  return { key: messageId, messageId, seq, fromUserId, sentAt, id, text: textOf(message) };
}

function recalledOf({ messageId, seq, fromUserId }: Recalled): Placed {
  return { key: messageId, messageId, seq, fromUserId, sentAt: 0, text: '' };
}

function ackedOf(entry: Entry, { id, ack }: Sent): Placed | null {
  const { messageId, seq, sentAt = entry.sentAt } = ack;
  if (messageId === undefined || seq === undefined) return null;
  return { key: entry.key, id, messageId, seq, fromUserId: entry.fromUserId, text: entry.text, sentAt };
}

function keyOf({ fromUserId, toUserId }: { fromUserId: string; toUserId: string }, ownId: string): string {
  return userKey(fromUserId === ownId ? toUserId : fromUserId);
}
