import { describe, expect, it } from 'vitest';
import { isAvatar, isNickname } from '../../src/model/profile.js';

describe('profiles', () => {
  it.each(['', 'Ann', '小明', 'O’Neill', 'مريم', '👩‍👩‍👧', 'می‌خواهم', 'a b'])(
    '[MP-2.28] take the nickname %j',
    (nickname) => {
      expect(isNickname(nickname)).toBe(true);
    },
  );

  it.each([' a', 'a ', 'a\nb', '\u0000', '\u200b', '\u200f', 'a\u202eb', '\u061ca', '\ud800', 'x'.repeat(33), 7, null])(
    '[MP-2.28] refuse the nickname %j',
    (nickname) => {
      expect(isNickname(nickname)).toBe(false);
    },
  );

  it.each(['', 'https://example.org/a.png', 'cat.png', '/a/b.png'])('[MP-2.28] take the avatar %j', (avatar) => {
    expect(isAvatar(avatar)).toBe(true);
  });

  it.each(['javascript:alert(1)', 'data:image/png;base64,xx', 'a b', 'x'.repeat(513), 7])(
    '[MP-2.28] refuse the avatar %j',
    (avatar) => {
      expect(isAvatar(avatar)).toBe(false);
    },
  );
});
