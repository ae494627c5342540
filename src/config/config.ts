import leven from 'leven';
import type { Setting } from './kinds.js';
import { SETTINGS } from './settings.js';

/** A setting that is wrong. The message says which one, what was expected and what came. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Environment = Readonly<Record<string, string | undefined>>;

export type Config = { readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K]['default'] };

/** Where a value is from: the setting's default, its default with `MINIM_AUTH=token`, or the environment. */
type Source = 'default' | 'token default' | 'environment';

/** A setting and what it is. */
export interface SettingRead {
  readonly setting: Setting<unknown>;
  readonly value: unknown;
  readonly source: Source;
}

/**
 * Reads every setting from `environment`. Throws a `ConfigError` at the first name that begins with `MINIM_` and is no
 * setting, and at the first value that cannot be.
 */
export function readConfig(environment: Environment): Config {
  const read = Object.entries(readEach(environment)).map(([key, { value }]) => [key, value]);
  const config = Object.fromEntries(read) as Config;
  checkTogether(config, environment);
  return config;
}

/** Every setting by its key in `Config`, with where its value is from. Throws as `readConfig` does, but for what each can't say by itself. */
export function readEach(environment: Environment): Readonly<Record<string, SettingRead>> {
  const known = Object.values(SETTINGS).map(({ name }) => name);
  const stranger = Object.keys(environment).find((name) => name.startsWith('MINIM_') && !known.includes(name));
  if (stranger !== undefined) {
    throw new ConfigError(
      `${stranger} is no setting; did you mean ${nearest(stranger, known)}? docs/settings.md lists all`,
    );
  }
  const isTokenMode = readSetting(SETTINGS.authMode, environment, false).value === 'token';
  const read = Object.entries(SETTINGS).map(([key, setting]) => [key, readSetting(setting, environment, isTokenMode)]);
  return Object.fromEntries(read);
}

function nearest(name: string, known: readonly string[]): string {
  const own = name.replace('MINIM_', '');
  const distance = (setting: string) => leven(own, setting.replace('MINIM_', ''));
  return known.reduce((best, each) => (distance(each) < distance(best) ? each : best));
}

function readSetting(setting: Setting<unknown>, environment: Environment, isTokenMode: boolean): SettingRead {
  const given = environment[setting.name];
  if (given === undefined || given === '') {
    return isTokenMode && setting.tokenDefault !== undefined
      ? { setting, value: setting.tokenDefault, source: 'token default' }
      : { setting, value: setting.default, source: 'default' };
  }
  const value = setting.parse(given.trim());
  if (value !== undefined) return { setting, value, source: 'environment' };
  const came = setting.secret ? `a text of ${given.length} characters` : JSON.stringify(given);
  throw new ConfigError(`${setting.name} must be ${setting.expects}, got ${came}`);
}

/** What each setting can't say by itself. */
function checkTogether(config: Config, environment: Environment): void {
  const { authMode, mayEnterRooms, jwtSecrets, jwks, wechatAppid, wechatSecret } = config;
  if (environment.NODE_ENV === 'production' && !environment.MINIM_AUTH) {
    throw new ConfigError(
      'MINIM_AUTH must be given with NODE_ENV=production: token, or open if anyone may connect as anyone',
    );
  }
  if (authMode === 'token' && jwtSecrets.length === 0 && jwks === '') {
    throw new ConfigError('MINIM_AUTH=token needs keys: set MINIM_JWT_SECRET or MINIM_JWKS');
  }
  if (mayEnterRooms === 'token' && authMode !== 'token') {
    throw new ConfigError('MINIM_ROOMS=token needs MINIM_AUTH=token: without tokens nobody could enter');
  }
  if ((wechatAppid === '') !== (wechatSecret === '')) {
    throw new ConfigError('MINIM_WECHAT_APPID and MINIM_WECHAT_SECRET go together: set both or none');
  }
  if (wechatAppid !== '' && jwtSecrets.length === 0) {
    throw new ConfigError('a WeChat login gives out tokens: set MINIM_JWT_SECRET to sign them');
  }
  checkHooks(config);
}

function checkHooks({ hookUrl, hookSecret, beforeSendUrl, wechatAppid }: Config): void {
  const signed = { MINIM_HOOK_URL: hookUrl, MINIM_BEFORE_SEND_URL: beforeSendUrl };
  for (const [name, url] of Object.entries(signed)) {
    if (url === '' || (name === 'MINIM_BEFORE_SEND_URL' && url === 'wechat')) continue;
    if (!/^https?:$/.test(protocolOf(url))) throw new ConfigError(`${name} must be an http or https URL`);
    if (hookSecret === '') throw new ConfigError(`${name} needs MINIM_HOOK_SECRET, with which it is signed`);
  }
  if (beforeSendUrl === 'wechat' && wechatAppid === '') {
    throw new ConfigError('MINIM_BEFORE_SEND_URL=wechat needs MINIM_WECHAT_APPID and MINIM_WECHAT_SECRET');
  }
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}
