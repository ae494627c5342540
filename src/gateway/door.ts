import { type Authenticator, AuthRefusal } from '../messaging/ports/authenticator.js';
import type { BusNote } from '../messaging/ports/bus.js';
import type { Identity } from '../model/identity.js';
import type { UserId } from '../model/ids.js';
import { CLOSE } from '../protocol/codes.js';
import { decode } from '../protocol/decode.js';
import { encodeTokenAck } from '../protocol/encode.js';
import { TOKEN_WITHIN_MS } from '../protocol/limits.js';
import type { Session } from './session.js';

export const DOOR = Symbol('Door');

/** What a session shows to prove who it is. */
export interface Credential {
  readonly kind: 'token' | 'ticket';
  readonly value: string;
}

export interface DoorParts {
  readonly authenticator: Authenticator;
  readonly isRevoked: (identity: Identity) => boolean;
  /** Every session of a user on this node. */
  readonly sessionsOf: (userId: UserId) => Iterable<Session>;
  /** Told of each credential that was not believed, by where it came from. */
  readonly onRefused: (remoteAddress: string) => void;
  readonly onError: (error: unknown) => void;
}

interface Visitor {
  readonly admit: () => void;
  isChecking: boolean;
  deadline: NodeJS.Timeout | undefined;
}

/**
 * Where sessions wait until it is known who they are. One that waits is obeyed in nothing, takes nobody's place, and is
 * not in the pool [MP-1.19].
 */
export class Door {
  /** Sessions that were closed because they sent no token in time. */
  tooLate = 0;
  private readonly visitors = new Map<Session, Visitor>();

  constructor(private readonly parts: DoorParts) {}

  /** Sessions that are not in the pool yet. */
  waiting(): Iterable<Session> {
    return this.visitors.keys();
  }

  /** `admit` is called when the session has shown who it is; without a credential it has 5 s for a `token` frame. */
  enter(session: Session, credential: Credential | undefined, admit: () => void): void {
    const visitor: Visitor = { admit, isChecking: false, deadline: undefined };
    session.wait();
    session.onClosing = () => this.leave(session, visitor);
    this.visitors.set(session, visitor);
    if (credential !== undefined) this.check(session, visitor, credential);
    else visitor.deadline = setTimeout(() => this.giveUp(session), TOKEN_WITHIN_MS);
  }

  /** A text of a session that is not open. False if it is to be kept until the session is. */
  take(session: Session, text: string): boolean {
    const visitor = this.visitors.get(session);
    if (visitor === undefined || visitor.isChecking) return false;
    const value = tokenIn(text);
    if (value === undefined) session.refuse('forbidden', 'expected a token frame first');
    else this.check(session, visitor, { kind: 'token', value });
    return true;
  }

  /** Tokens were revoked: whoever came with one of them goes. */
  readonly hear = (note: BusNote): void => {
    if (note.kind !== 'revoked') return;
    for (const session of [...this.parts.sessionsOf(note.userId)]) {
      if ((session.identity?.issuedAt ?? 0) < note.notBefore) session.close(CLOSE.revoked);
    }
  };

  /** A token in place of the one that runs out [MP-1.21]; `renewed` is called when it is what counts. */
  renew(session: Session, token: string, id: string | undefined, renewed: () => void): void {
    this.identify(session.userId, { kind: 'token', value: token }).then(
      (identity) => {
        if (session.closing) return;
        session.identity = identity;
        session.isWarned = false;
        if (session.full || id !== undefined) session.send(encodeTokenAck(id, identity.expiresAt));
        renewed();
      },
      (error) => this.turnAway(session, error),
    );
  }

  private check(session: Session, visitor: Visitor, credential: Credential): void {
    visitor.isChecking = true;
    clearTimeout(visitor.deadline);
    this.identify(session.userId, credential).then(
      (identity) => {
        if (session.closing) return;
        session.identity = identity;
        this.visitors.delete(session);
        visitor.admit();
        if (!session.full) session.opened();
      },
      (error) => this.turnAway(session, error),
    );
  }

  private async identify(userId: UserId, { kind, value }: Credential): Promise<Identity> {
    const { authenticator, isRevoked } = this.parts;
    const identity = kind === 'ticket' ? await authenticator.ticket(value) : await authenticator.token(value);
    if (identity.userId !== userId) throw new AuthRefusal(`the ${kind} is another user's`);
    if (isRevoked(identity)) throw new AuthRefusal(`the ${kind} was revoked`);
    return identity;
  }

  private turnAway(session: Session, error: unknown): void {
    if (error instanceof AuthRefusal) {
      this.parts.onRefused(session.remoteAddress);
      return session.close({ ...CLOSE.unauthorized, because: error.message });
    }
    this.parts.onError(error);
    session.close(CLOSE.internal);
  }

  private giveUp(session: Session): void {
    this.tooLate += 1;
    session.close(CLOSE.unauthorized);
  }

  private leave(session: Session, visitor: Visitor): void {
    clearTimeout(visitor.deadline);
    this.visitors.delete(session);
  }
}

/** The token of a `token` frame; `undefined` for any other text. */
function tokenIn(text: string): string | undefined {
  const decoded = decode(text);
  if (decoded.kind !== 'frame' || decoded.type !== 'token') return undefined;
  const { token } = decoded.fields;
  return typeof token === 'string' ? token : undefined;
}
