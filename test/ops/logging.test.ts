import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../src/ops/logging.js';

describe('the log', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function rig(logLevel: 'debug' | 'info' | 'error' = 'info') {
    const lines: Record<string, unknown>[] = [];
    const logger = createLogger({ logLevel, logPretty: 'off' }, { write: (line) => void lines.push(JSON.parse(line)) });
    return { logger, lines };
  }

  it('is one line of JSON an event, with its level in words', () => {
    const { logger, lines } = rig();
    logger.info({ port: 3000 }, 'listening');
    expect(lines).toEqual([{ level: 'info', time: expect.any(Number), port: 3000, msg: 'listening' }]);
  });

  it('writes 20 lines a second of one event, and how many more there were', () => {
    const { logger, lines } = rig();
    for (let i = 0; i < 4_731; i += 1) logger.warn({ i }, 'login refused');
    logger.info('another event');
    expect(lines.length).toBe(21);
    vi.advanceTimersByTime(1_000);
    expect(lines.length).toBe(22);
    expect(lines.at(-1)).toMatchObject({ level: 'warn', event: 'login refused', more: 4_711, msg: 'and 4711 more' });
    logger.warn('login refused');
    expect(lines.length).toBe(23);
  });

  it('shows more to those who debug', () => {
    const { logger, lines } = rig('debug');
    for (let i = 0; i < 1_500; i += 1) logger.debug('request');
    vi.advanceTimersByTime(1_000);
    expect(lines.length).toBe(1_001);
    expect(lines.at(-1)).toMatchObject({ level: 'debug', msg: 'and 500 more' });
  });

  it('counts nothing that its level leaves out', () => {
    const { logger, lines } = rig('error');
    for (let i = 0; i < 100; i += 1) logger.warn('login refused');
    vi.advanceTimersByTime(1_000);
    expect(lines).toEqual([]);
  });

  it('bears a flood of events that are all different', () => {
    const { logger, lines } = rig();
    for (let i = 0; i < 5_000; i += 1) logger.warn(`event ${i}`);
    vi.advanceTimersByTime(1_000);
    expect(lines.length).toBe(1_000 + 20 + 1);
    expect(lines.at(-1)).toMatchObject({ more: 3_980 });
  });
});

describe('docs/deployment.md', () => {
  const table = readFileSync('docs/deployment.md', 'utf8').split('| event (`msg`) |')[1] ?? '';
  const rows = table
    .split('\n\n')[0]
    ?.split('\n')
    .filter((line) => line.startsWith('| `'));
  const documented = (rows ?? []).flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
  );
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join('src', file), 'utf8'));
  const FAULT = 'an exception in our own code';

  it('tells of every event that the sources log', () => {
    const logged = sources.flatMap((source) =>
      [...source.matchAll(/\blog(?:ger)?\s*\.(?:info|warn|error|debug)\(\s*(?:\{[^}]*\},\s*)?'([^']+)'/g)].map(
        (match) => match[1] ?? '',
      ),
    );
    expect(logged.length).toBeGreaterThan(12);
    expect(logged.filter((event) => !documented.includes(event) && !event.startsWith('a session could'))).toEqual([]);
  });

  it('tells of none that they don’t', () => {
    const all = sources.join('\n');
    expect(documented.filter((event) => !event.startsWith(FAULT) && !all.includes(`'${event}'`))).toEqual([]);
  });
});
