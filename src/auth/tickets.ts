import { randomBytes } from 'node:crypto';
import { AuthRefusal } from '../messaging/ports/authenticator.js';
import type { Clock } from '../messaging/ports/clock.js';
import type { Identity } from '../model/identity.js';

const TICKET_LIFETIME_MS = 60_000;
/** Of more than this the oldest are worth nothing. */
const MAX_TICKETS = 100_000;

export interface IssuedTicket {
  readonly ticket: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

interface Ticket {
  readonly identity: Identity;
  readonly endsAtMs: number;
}

/** One-time stand-ins for tokens, for clients that can put them into an address only. */
export class Tickets {
  /** Oldest first. */
  private readonly tickets = new Map<string, Ticket>();

  constructor(private readonly clock: Clock) {}

  /** A ticket lasts a minute, or as long as what it stands for. */
  issue(identity: Identity): IssuedTicket {
    this.forgetOld();
    const ticket = randomBytes(24).toString('base64url');
    const now = this.clock.now();
    const lifetimeMs = Math.min(TICKET_LIFETIME_MS, identity.expiresAt - now);
    this.tickets.set(ticket, { identity, endsAtMs: this.clock.monotonicMs() + lifetimeMs });
    return { ticket, expiresAt: now + lifetimeMs };
  }

  /** Throws an `AuthRefusal` for a ticket that was never given, has run out, or was used before. */
  redeem(name: string): Identity {
    const ticket = this.tickets.get(name);
    this.tickets.delete(name);
    if (ticket === undefined || ticket.endsAtMs <= this.clock.monotonicMs()) {
      throw new AuthRefusal('the ticket is not known, was used, or has run out');
    }
    return ticket.identity;
  }

  private forgetOld(): void {
    const now = this.clock.monotonicMs();
    for (const [name, { endsAtMs }] of this.tickets) {
      if (endsAtMs > now && this.tickets.size < MAX_TICKETS) return;
      this.tickets.delete(name);
    }
  }
}
