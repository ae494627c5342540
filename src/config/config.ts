import type { Setting } from './kinds.js';
import { SETTINGS } from './settings.js';

/** A setting that is wrong. The message says which one, what was expected and what came. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Environment = Readonly<Record<string, string | undefined>>;

export type Config = { readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K]['default'] };

/**
 * Reads every setting from `environment`. Throws a `ConfigError` at the first name that begins with `MINIM_` and is no
 * setting, and at the first value that cannot be.
 */
export function readConfig(environment: Environment): Config {
  const known = Object.values(SETTINGS).map(({ name }) => name);
  const stranger = Object.keys(environment).find((name) => name.startsWith('MINIM_') && !known.includes(name));
  if (stranger !== undefined) {
    throw new ConfigError(`${stranger} is no setting; those are ${known.join(', ')}`);
  }
  const isTokenMode = readSetting<string>(SETTINGS.authMode, environment, false) === 'token';
  const read = Object.entries(SETTINGS).map(([key, setting]) => [
    key,
    readSetting<unknown>(setting, environment, isTokenMode),
  ]);
  const config = Object.fromEntries(read) as Config;
  checkTogether(config, environment);
  return config;
}

function readSetting<T>(setting: Setting<T>, environment: Environment, isTokenMode: boolean): T {
  const given = environment[setting.name];
  if (given === undefined || given === '') {
    return isTokenMode && setting.tokenDefault !== undefined ? setting.tokenDefault : setting.default;
  }
  const value = setting.parse(given.trim());
  if (value !== undefined) return value;
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
}
