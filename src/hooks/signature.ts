import { createHmac } from 'node:crypto';

/** With which the receiver can tell that a body is ours, and not an old one that somebody else repeats. */
export function signed(secret: string, body: string, now: number): Readonly<Record<string, string>> {
  const timestamp = String(now);
  const digest = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return { 'x-minim-timestamp': timestamp, 'x-minim-signature': `v1=${digest}` };
}
