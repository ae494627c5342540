import { describe, expect, it } from 'vitest';
import { ApiKeys } from '../../src/auth/api-keys.js';

const SHOP = 'the-key-of-the-shop-0123456789';
const BELL = 'the-key-of-the-bell-0123456789';

describe('ApiKeys', () => {
  const keys = new ApiKeys([
    { name: 'shop', scopes: ['send', 'admin'], key: SHOP },
    { name: 'bell', scopes: ['broadcast'], key: BELL },
  ]);

  it('are found by their text, and never given out', () => {
    expect(keys.find(SHOP)).toEqual({ name: 'shop', scopes: ['send', 'admin'] });
    expect(keys.find(BELL)).toEqual({ name: 'bell', scopes: ['broadcast'] });
    expect(JSON.stringify(keys)).not.toContain(SHOP);
  });

  it.each(['', SHOP.slice(0, -1), `${SHOP}0`, SHOP.toUpperCase(), ` ${SHOP}`, 'shop', `shop:send+admin:${SHOP}`])(
    'are not found by %j',
    (text) => {
      expect(keys.find(text)).toBeUndefined();
    },
  );

  it('are none when none are set', () => {
    expect(new ApiKeys([]).find('')).toBeUndefined();
  });
});
