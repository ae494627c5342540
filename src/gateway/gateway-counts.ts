import type { FollowerCounts } from '../messaging/inbox-follower.js';
import { FRAME_LIMITS, REFUSAL_CODES, type RefusalCode } from '../model/refusal.js';
import { Tally } from '../model/tally.js';
import { CLOSE, type Close } from '../protocol/codes.js';
import { CLIENT_FRAMES, type ClientFrameType } from '../protocol/frames.js';
import { SentFrames } from './sent-frames.js';

/** Why a handshake is refused that is sound by RFC 6455. */
const CONNECT_REFUSALS = [
  'bad_request',
  'connects_per_s',
  'connects_per_s_per_address',
  'failed_logins',
  'foreign_origin',
  'full',
  'going_down',
  'sessions_per_address',
  'wrong_path',
] as const;
export type ConnectRefusal = (typeof CONNECT_REFUSALS)[number];

const SESSION_LIMITS = [...FRAME_LIMITS, 'waiting_frames', 'buffered_bytes', 'slow_reader'] as const;
export type SessionLimit = (typeof SESSION_LIMITS)[number];

/** The codes with which clients and networks end sessions, of which all others are `other`. */
const PEER_CODES: readonly number[] = [1000, 1001, 1002, 1005, 1006, 1007, 1009, 1011];

/** So many frames of one type came. An object of its own, so that whoever takes them keeps it at hand. */
export interface Received {
  frames: number;
}

/** What this node's sessions did so far. Each frame costs an addition or two; everything else is rare. */
export class GatewayCounts {
  /** `none`: what is no frame, or none that there is. */
  readonly received: ReadonlyMap<ClientFrameType | 'none', Received>;
  receivedBytes = 0;
  readonly sent = new SentFrames();
  /** Texts for everyone or a room. */
  published = 0;
  readonly following: FollowerCounts = { levels: 0, pages: 0, pauses: 0 };
  readonly refusals = new Tally<RefusalCode>(REFUSAL_CODES);
  readonly limits = new Tally<SessionLimit>(SESSION_LIMITS);
  readonly refusedConnects = new Tally<ConnectRefusal>(CONNECT_REFUSALS);
  /** By code and word, as in `4408 slow`. */
  readonly closes = new Tally<string>([...new Set(Object.values(CLOSE).map(closeName))]);
  /** Sessions that the server did not close, by code. */
  readonly departures = new Tally<string>([...PEER_CODES.map(String), 'other']);

  constructor() {
    const types = Object.keys(CLIENT_FRAMES) as ClientFrameType[];
    this.received = new Map(([...types, 'none'] as const).map((type) => [type, { frames: 0 }]));
  }

  receivedOf(type: ClientFrameType | 'none'): Received {
    return this.received.get(type) ?? { frames: 0 };
  }

  closed(close: Close): void {
    this.closes.add(closeName(close));
  }

  departed(code: number): void {
    this.departures.add(PEER_CODES.includes(code) ? String(code) : 'other');
  }
}

function closeName({ code, word }: Close): string {
  return `${code} ${word}`;
}
