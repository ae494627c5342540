import { describe, expect, it } from 'vitest';
import { summaryOf } from '../../src/console/web/try/summary.js';
import { type Said, SHOWN_LINES, Transcript } from '../../src/console/web/try/transcript.js';
import { SHOWN_FRAMES, Wire } from '../../src/console/web/try/wire.js';

describe('the wire of the web console', () => {
  it('keeps the last frames, and counts all of them', () => {
    const wire = new Wire();
    for (let i = 1; i <= 10_000; i += 1) wire.frame('left', 'in', `{"type":"pong","head":${i}}`);
    expect(wire.frames).toBe(10_000);
    expect(wire.passed.length).toBe(SHOWN_FRAMES);
    expect(wire.passed[0]?.number).toBe(10_000 - SHOWN_FRAMES + 1);
    expect(wire.passed.at(-1)?.text).toBe('{"type":"pong","head":10000}');
  });

  it('counts no frame where a connection begins or ends', () => {
    const wire = new Wire();
    wire.dialled('right', '/websocket/B?v=1');
    wire.closed('right', 4509, 'replaced');
    expect(wire.frames).toBe(0);
    expect(wire.passed.map(({ type, text }) => `${type} ${text}`)).toEqual([
      'connect GET /websocket/B?v=1',
      'close 4509 "replaced"',
    ]);
  });

  it('shows no token', () => {
    const wire = new Wire();
    wire.frame('left', 'out', '{"type":"token","id":"t1","token":"eyJhbGciOi.SECRET"}');
    wire.frame('left', 'out', '{"token":"eyJhbGciOi.SECRET","type":"token"}');
    expect(JSON.stringify(wire.passed)).not.toContain('SECRET');
    expect(wire.passed[0]?.text).toBe('{"type":"token","id":"t1","token":"…"}');
  });

  it('sums a frame up with what people look for first', () => {
    expect(summaryOf('{"type":"message","id":"m1","toUserId":"B","seq":2,"message":{"a":1}}')).toBe(
      'message {"a":1}  toUserId "B"  seq 2  id "m1"',
    );
    expect(summaryOf('ping')).toBe('');
  });
});

describe('the transcript of a user', () => {
  const own: Said = { kind: 'broadcast', from: 'A', isOwn: true, text: 'hello', fate: 'waiting', id: 'm1' };

  it('shows what comes back of something said here in its place', () => {
    const transcript = new Transcript();
    transcript.add(own);
    transcript.addOrMatch({ kind: 'broadcast', from: 'A', isOwn: true, text: 'hello', messageId: 'x-1' });
    expect(transcript.lines).toMatchObject([{ id: 'm1', messageId: 'x-1', fate: 'stored' }]);
    transcript.addOrMatch({ kind: 'broadcast', from: 'A', isOwn: true, text: 'hello', messageId: 'x-2' });
    expect(transcript.lines.length).toBe(2);
  });

  it('takes no step back', () => {
    const transcript = new Transcript();
    transcript.add(own);
    transcript.change(() => true, { fate: 'delivered', seq: 3 });
    transcript.change(() => true, { fate: 'stored' });
    expect(transcript.lines).toMatchObject([{ fate: 'delivered', seq: 3 }]);
  });

  it('keeps the last lines', () => {
    const transcript = new Transcript();
    for (let i = 0; i < 3 * SHOWN_LINES; i += 1) transcript.add({ ...own, text: String(i) });
    expect(transcript.lines.length).toBe(SHOWN_LINES);
    expect(transcript.lines.at(-1)?.text).toBe(String(3 * SHOWN_LINES - 1));
  });
});
