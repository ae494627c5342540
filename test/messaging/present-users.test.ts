import fc from 'fast-check';
import { expect, it } from 'vitest';
import { presentUsers } from '../../src/messaging/present-users.js';
import type { UserId } from '../../src/model/ids.js';
import { ONLINE } from '../../src/model/place.js';

const attendanceOf = (users: ReadonlySet<UserId>) => ({ count: () => users.size, members: () => users });

it('gives everyone who is in a place once, page after page, in one order', () => {
  const userId = fc.stringMatching(/^[A-Za-z0-9_.@-]{1,3}$/).map((text) => text as UserId);
  fc.assert(
    fc.property(fc.uniqueArray(userId, { maxLength: 50 }), fc.integer({ min: 1, max: 10 }), (users, limit) => {
      const attendance = attendanceOf(new Set(users));
      const found: UserId[] = [];
      for (;;) {
        const page = presentUsers(attendance, ONLINE, found.at(-1), limit);
        found.push(...page.userIds);
        expect(page.count).toBe(users.length);
        expect(page.userIds.length).toBe(page.more ? limit : page.userIds.length);
        if (!page.more) break;
      }
      expect(found).toEqual(users.toSorted((a, b) => (a < b ? -1 : 1)));
    }),
  );
});
