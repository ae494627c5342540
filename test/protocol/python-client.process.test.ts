import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { describeNode } from '../support/node-suite.js';

const CONVERSATION = join(import.meta.dirname, '../support/conversation.py');
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython && process.env.CI) throw new Error('python3 is missing: apt-get install python3');
if (!hasPython) console.warn('python3 is missing, so no client in another language is tried: apt-get install python3');

describeNode('a client in Python', (node) => {
  it.runIf(hasPython)('holds the conversation of the README', async () => {
    const { stdout } = await promisify(execFile)('python3', [CONVERSATION, String(node.server.port)]);
    const [pong, ...frames] = stdout.trim().split('\n');
    expect(pong).toBe('{"type":"pong"}');
    const broadcast = {
      type: 'broadcast',
      messageId: expect.any(String),
      seq: 1,
      fromUserId: 'B',
      message: 'good morning',
      sentAt: expect.any(Number),
    };
    expect(frames.map((frame) => JSON.parse(frame))).toEqual([
      {
        type: 'message',
        messageId: expect.any(String),
        seq: 1,
        fromUserId: 'A',
        toUserId: 'B',
        message: 'hello',
        sentAt: expect.any(Number),
      },
      broadcast,
      broadcast,
    ]);
  });
});
