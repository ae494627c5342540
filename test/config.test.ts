import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../src/config/config.js';
import type { Setting } from '../src/config/kinds.js';
import { SETTINGS } from '../src/config/settings.js';

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toEqual(
      Object.fromEntries(Object.entries(SETTINGS).map(([key, { default: value }]) => [key, value])),
    );
  });

  it('takes an empty value for none', () => {
    expect(readConfig({ PORT: '' }).port).toBe(3000);
  });

  it('reads each setting by its name', () => {
    expect(readConfig({ PORT: '8080', HOST: '::', MINIM_TRANSPORT: 'ws', LOG_LEVEL: 'debug' })).toMatchObject({
      port: 8080,
      host: '::',
      transport: 'ws',
      logLevel: 'debug',
    });
  });

  it.each([
    [{ PORT: '80a' }, 'PORT must be an integer from 0 to 65535, got "80a"'],
    [{ PORT: '65536' }, 'PORT must be an integer from 0 to 65535, got "65536"'],
    [{ PORT: '-1' }, 'PORT must be an integer from 0 to 65535, got "-1"'],
    [{ HOST: 'localhost' }, 'HOST must be an IP address, for example 0.0.0.0, 127.0.0.1 or ::, got "localhost"'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, got "loud"'],
    [{ MINIM_TRANSPORT: 'tcp' }, 'MINIM_TRANSPORT must be one of auto, uws, ws, got "tcp"'],
    [{ MINIM_IDLE_TIMEOUT_S: '1' }, 'MINIM_IDLE_TIMEOUT_S must be an integer from 4 to 900, got "1"'],
  ])('refuses %j with one clear message', (environment, message) => {
    expect(() => readConfig(environment)).toThrow(new ConfigError(message));
  });

  it.each([
    [{ MINIM_HOOK_URL: 'http://127.0.0.1:1/' }, /^MINIM_HOOK_URL needs MINIM_HOOK_SECRET/],
    [{ MINIM_HOOK_URL: 'nonsense', MINIM_HOOK_SECRET: 'x'.repeat(24) }, /^MINIM_HOOK_URL must be an http or https URL/],
    [{ MINIM_HOOK_SECRET: 'short' }, /^MINIM_HOOK_SECRET must be a text of at least 24 characters, got a text of 5/],
    [{ MINIM_BEFORE_SEND_URL: 'http://127.0.0.1:1/' }, /^MINIM_BEFORE_SEND_URL needs MINIM_HOOK_SECRET/],
    [{ MINIM_BEFORE_SEND_URL: 'wechat' }, /^MINIM_BEFORE_SEND_URL=wechat needs MINIM_WECHAT_APPID/],
  ])('refuses hooks that lack something: %j', (environment, message) => {
    expect(() => readConfig(environment)).toThrow(message);
  });

  it('refuses a name that is no setting, with the nearest that is', () => {
    const told = (name: string) => `${name} is no setting; did you mean`;
    expect(() => readConfig({ MINIM_TRANSPROT: 'ws' })).toThrow(`${told('MINIM_TRANSPROT')} MINIM_TRANSPORT?`);
    expect(() => readConfig({ MINIM_PORT: '80' })).toThrow(`${told('MINIM_PORT')} PORT?`);
    expect(() => readConfig({ MINIM_JWT_SECRETS: 'x' })).toThrow(`${told('MINIM_JWT_SECRETS')} MINIM_JWT_SECRET?`);
  });

  it('leaves the names of other programs alone', () => {
    expect(() => readConfig({ MINIMUM: '1', PATH: '/bin' })).not.toThrow();
  });
});

describe('docs/settings.md', () => {
  it('shows every setting with its default, what it may be and what it means', () => {
    const page = readFileSync('docs/settings.md', 'utf8');
    const rows = (Object.values(SETTINGS) as readonly Setting<unknown>[]).map(
      ({ name, default: value, tokenDefault, expects, meaning }: Setting<unknown>) => {
        const usual = String(value) === '' ? 'none' : `\`${value}\``;
        const shown = tokenDefault === undefined ? usual : `${usual}; \`${tokenDefault}\` with tokens`;
        return `| \`${name}\` | ${shown} | ${expects} | ${meaning} |`;
      },
    );
    const shown = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(shown).toEqual(rows);
  });
});
