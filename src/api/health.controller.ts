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

  /** Whether this node should be sent new sessions; the body says which part is not ready. */
  @Get('ready')
  ready() {
    const parts = this.readiness.parts();
    const isReady = Object.values(parts).every((state) => state === 'ok');
    const body = { status: isReady ? 'ready' : 'not ready', parts, auth: this.readiness.auth };
    if (!isReady) throw new HttpException(body, HttpStatus.SERVICE_UNAVAILABLE);
    return body;
  }
}
