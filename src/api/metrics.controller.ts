import { Controller, Get, Header, Inject, Req } from '@nestjs/common';
import { bearerToken } from '../protocol/bearer.js';
import type { HttpCall } from './callers.js';
import { HttpFailure } from './http-failure.js';
import { API_KEY_HEADER, Logins } from './logins.js';

export const METRICS = Symbol('Metrics');

/** What those who watch over the node may read, and who they are. */
export interface MetricsParts {
  /** In the text format of Prometheus. */
  readonly text: () => Promise<string>;
  readonly readers: 'everyone' | 'keys' | 'nobody here';
}

@Controller('metrics')
export class MetricsController {
  constructor(
    @Inject(METRICS) private readonly parts: MetricsParts,
    @Inject(Logins) private readonly logins: Logins,
  ) {}

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('cache-control', 'no-store')
  async read(@Req() call: HttpCall): Promise<string> {
    const { text, readers } = this.parts;
    if (readers === 'nobody here')
      throw new HttpFailure(404, 'the metrics have a port of their own: MINIM_METRICS_PORT');
    if (readers === 'keys') await this.logins.requireKey(withKey(call), 'read', 'admin');
    return text();
  }
}

/** Prometheus can show a key as `Authorization: Bearer`, and older ones in no other header. */
function withKey({ ip, headers }: HttpCall): HttpCall {
  const bearer = bearerToken(String(headers.authorization ?? ''));
  if (bearer === undefined || headers[API_KEY_HEADER] !== undefined) return { ip, headers };
  return { ip, headers: { ...headers, [API_KEY_HEADER]: bearer } };
}
