import type { ServerFrameType } from '../protocol/frames.js';

/** Where the type begins in every text that the server sends: `{"type":"`. */
const TYPE_AT = 9;
/** A letter that tells apart the types with the same first letter. */
const OTHER_AT = 3;
const PLACES = 2_048;

const TYPES: { readonly [T in ServerFrameType]: number } = {
  welcome: at('welcome'),
  pong: at('pong'),
  message: at('message'),
  broadcast: at('broadcast'),
  ack: at('ack'),
  recalled: at('recalled'),
  synced: at('synced'),
  toolong: at('toolong'),
  receipt: at('receipt'),
  typing: at('typing'),
  history: at('history'),
  conversations: at('conversations'),
  error: at('error'),
  joined: at('joined'),
  entered: at('entered'),
  left: at('left'),
  members: at('members'),
  profile: at('profile'),
  blocked: at('blocked'),
  presence: at('presence'),
  goaway: at('goaway'),
};

/** Counts what is sent, by type. A text is not looked through for it: two of its letters tell. */
export class SentFrames {
  private readonly counts = new Float64Array(PLACES);

  count(text: string): void {
    const place = placeOf(text, TYPE_AT);
    this.counts[place] = (this.counts[place] ?? 0) + 1;
  }

  *entries(): Iterable<readonly [type: string, count: number]> {
    for (const [type, place] of Object.entries(TYPES)) yield [type, this.counts[place] ?? 0];
  }
}

function at(type: ServerFrameType): number {
  return placeOf(`${type}"`, 0);
}

function placeOf(text: string, at: number): number {
  return ((text.charCodeAt(at) & 0xff) << 3) | (text.charCodeAt(at + OTHER_AT) & 7);
}
