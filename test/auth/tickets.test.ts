import { describe, expect, it } from 'vitest';
import { Tickets } from '../../src/auth/tickets.js';
import { AuthRefusal } from '../../src/messaging/ports/authenticator.js';
import type { Identity } from '../../src/model/identity.js';
import type { UserId } from '../../src/model/ids.js';

const NOW = 1_767_225_600_000;

function rig() {
  let ms = 0;
  const tickets = new Tickets({ now: () => NOW + ms, monotonicMs: () => ms });
  const pass = (moreMs: number) => {
    ms += moreMs;
  };
  return { tickets, pass };
}

const identity: Identity = {
  userId: 'A' as UserId,
  issuedAt: NOW - 1_000,
  expiresAt: NOW + 3_600_000,
  roles: ['broadcast'],
};

describe('Tickets', () => {
  it('stand for the whole identity, once', () => {
    const { tickets } = rig();
    const { ticket } = tickets.issue(identity);
    expect(tickets.redeem(ticket)).toEqual(identity);
    expect(() => tickets.redeem(ticket)).toThrow(AuthRefusal);
  });

  it('are good for a minute, and say until when', () => {
    const { tickets, pass } = rig();
    const early = tickets.issue(identity);
    const late = tickets.issue(identity);
    expect(early.expiresAt).toBe(NOW + 60_000);
    pass(59_999);
    expect(tickets.redeem(early.ticket)).toEqual(identity);
    pass(1);
    expect(() => tickets.redeem(late.ticket)).toThrow(AuthRefusal);
  });

  it('are good no longer than what they stand for', () => {
    const { tickets, pass } = rig();
    const { ticket, expiresAt } = tickets.issue({ ...identity, expiresAt: NOW + 5_000 });
    expect(expiresAt).toBe(NOW + 5_000);
    pass(5_000);
    expect(() => tickets.redeem(ticket)).toThrow(AuthRefusal);
  });

  it('cannot be guessed from one another, and fit into a URL', () => {
    const { tickets } = rig();
    const names = Array.from({ length: 1_000 }, () => tickets.issue(identity).ticket);
    expect(new Set(names).size).toBe(1_000);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{32}$/);
  });

  it.each(['', 'x', '__proto__', 'constructor'])('that were never given are not known: %j', (name) => {
    const { tickets } = rig();
    tickets.issue(identity);
    expect(() => tickets.redeem(name)).toThrow('the ticket is not known, was used, or has run out');
  });

  it('are kept in a bounded number: of too many the oldest are worth nothing', () => {
    const { tickets } = rig();
    const { ticket: oldest } = tickets.issue(identity);
    const { ticket: next } = tickets.issue(identity);
    for (let i = 0; i < 99_999; i += 1) tickets.issue(identity);
    expect(() => tickets.redeem(oldest)).toThrow(AuthRefusal);
    expect(tickets.redeem(next)).toEqual(identity);
  });
});
