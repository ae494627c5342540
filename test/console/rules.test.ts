import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  CLOSING,
  CONNECTING,
  ROOM_MESSAGE,
  RULES_IN,
  RULES_OUT,
  ruleOf,
  TOKEN_ACK,
} from '../../src/console/web/try/rules.js';

/** What each rule of PROTOCOL.md says, with its examples. */
const SAID = new Map(
  readFileSync('PROTOCOL.md', 'utf8')
    .split(/^(?=\*\*\[MP-)/m)
    .map((text) => [/^\*\*\[(MP-\d+\.\d+)\]/.exec(text)?.[1] ?? '', text] as const),
);

describe('the rules that the web console shows beside frames', () => {
  it.each([...Object.entries(RULES_OUT), ...Object.entries(RULES_IN)])(
    'are rules of PROTOCOL.md that speak of such frames: %s',
    (type, { rule }) => {
      expect(SAID.get(rule), rule).toMatch(new RegExp(`\\b${type}\\b`, 'i'));
    },
  );

  it('are rules of PROTOCOL.md also where the type alone does not say it', () => {
    expect(SAID.get(ROOM_MESSAGE.rule)).toContain('`message` with a `room`');
    expect(SAID.get(TOKEN_ACK.rule)).toContain('"expiresAt"');
    expect(SAID.get(CONNECTING.rule)).toContain('With `?v=1` a session is **full**');
    expect(SAID.get(CLOSING.rule)).toContain('| 4509 |');
  });

  it('say what they are about in both languages', () => {
    const all = [...Object.values(RULES_OUT), ...Object.values(RULES_IN), ROOM_MESSAGE, TOKEN_ACK, CONNECTING, CLOSING];
    for (const { en, zh } of all) {
      expect(en).toMatch(/^[a-z]/);
      expect(zh).toMatch(/\p{Script=Han}/u);
    }
  });

  it.each([
    ['out', 'ping', 'ping', 'MP-2.2'],
    ['out', '{"type":"message","toUserId":"B","message":"hello"}', 'message', 'MP-3.1'],
    ['in', '{"type":"message","fromUserId":"A","message":"hello"}', 'message', 'MP-2.15'],
    ['in', '{"type":"message","room":"lobby","message":"hello"}', 'message', 'MP-4.5'],
    ['in', '{"type":"ack","id":"m1","seq":1}', 'ack', 'MP-3.4'],
    ['in', '{"type":"ack","id":"t1","expiresAt":1}', 'ack', 'MP-1.21'],
    ['in', '{"type":"constructor"}', 'constructor', undefined],
    ['in', '{"type":7}', '?', undefined],
    ['in', 'nothing', '?', undefined],
    ['in', 'null', '?', undefined],
  ] as const)('go by direction, type and what else is in a frame: %s %s', (direction, text, type, rule) => {
    const found = ruleOf(direction, text);
    expect(found.type).toBe(type);
    expect(found.rule?.rule).toBe(rule);
  });
});
