import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import type { Config } from '../config/config.js';
import { LogFlood } from './log-flood.js';

export type { Logger };

/** The number that pino has for it; what is less is for those who debug. */
const INFO = 30;
/** Lines of one event that are written a second; who looks closer sees more. */
const MOST_A_SECOND = 20;
const MOST_A_SECOND_DEBUGGING = 1_000;

type LogSettings = Pick<Config, 'logLevel' | 'logPretty'>;

/** The log: one line an event. Of a flood of one event only some are written. */
export function createLogger(settings: LogSettings, destination: DestinationStream): Logger {
  const flood = new LogFlood();
  const options: LoggerOptions = {
    level: settings.logLevel,
    base: null,
    formatters: { level: (level) => ({ level }) },
    hooks: {
      logMethod(given, write, level) {
        const event = given.find((each): each is string => typeof each === 'string') ?? '';
        const most = level < INFO ? MOST_A_SECOND_DEBUGGING : MOST_A_SECOND;
        const tell = (more: number) => write.apply(this, [{ event, more }, `and ${more} more`]);
        if (flood.mayWrite(event, most, tell)) write.apply(this, given);
      },
    },
  };
  return pino(options, destination);
}

/** Where the log goes: standard error, as JSON or for people. */
export async function standardError({ logPretty }: LogSettings): Promise<DestinationStream> {
  const isOn = logPretty === 'on' || logPretty === '1';
  const forPeople = isOn || (logPretty === 'auto' && process.stderr.isTTY === true);
  if (!forPeople) return pino.destination({ dest: 2, sync: true });
  const { default: pretty } = await import('pino-pretty');
  return pretty({ destination: 2, sync: true, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' });
}

/** Nest says these of a start that fails, and so does whoever started it. */
const TOLD_ALREADY = new Set(['NestApplication', 'ExceptionHandler']);

/** Nest's own lines, in the same log; what it tells of its start is for those who debug. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  debug(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  verbose(message: unknown, context?: string): void {
    this.logger.trace({ context }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }

  /** The first exception among these is told with its stack. */
  error(message: unknown, ...rest: unknown[]): void {
    const level = TOLD_ALREADY.has(String(rest.at(-1))) || isGone(message) ? 'debug' : 'error';
    const err = [message, ...rest].find((each) => each instanceof Error);
    this.logger[level]({ err, details: rest.filter((each) => each !== err) }, String(message));
  }

  fatal(message: unknown, context?: string): void {
    this.logger.fatal({ context }, String(message));
  }
}

/** A client went away in the middle of its request: no fault of ours, and anyone could fill the log with it. */
function isGone(message: unknown): boolean {
  return message instanceof Error && 'code' in message && message.code === 'ECONNRESET';
}
