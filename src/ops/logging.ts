import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from '../config/config.js';

export type { Logger };

/** The log: one line an event, on standard error, JSON or for people. */
export function createLogger({ logLevel, logPretty }: Pick<Config, 'logLevel' | 'logPretty'>): Logger {
  const forPeople = logPretty === 'on' || (logPretty === 'auto' && process.stderr.isTTY === true);
  const destination = forPeople
    ? pretty({ destination: 2, sync: true, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' })
    : pino.destination({ dest: 2, sync: true });
  return pino({ level: logLevel, base: null, formatters: { level: (level) => ({ level }) } }, destination);
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
