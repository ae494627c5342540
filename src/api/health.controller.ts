import { Controller, Get, HttpException, HttpStatus, Inject } from '@nestjs/common';
import { READINESS, type Readiness } from './readiness.js';

@Controller('health')
export class HealthController {
  constructor(@Inject(READINESS) private readonly readiness: Readiness) {}

  /** The event loop turns, or there would be no answer. */
  @Get('live')
  live() {
    return { status: 'live' };
  }

  /** Whether this node should be sent new sessions; the body says which part is not, and since when. */
  @Get('ready')
  ready() {
    const parts = this.readiness.parts();
    const isReady = Object.values(parts).every((state) => state === 'ok');
    const { auth } = this.readiness;
    if (isReady) return { status: 'ready', parts, auth };
    const body = { status: 'not ready', parts, since: this.readiness.since(), auth };
    throw new HttpException(body, HttpStatus.SERVICE_UNAVAILABLE);
  }
}
