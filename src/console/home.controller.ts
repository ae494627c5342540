import { Controller, Get, Header, Headers } from '@nestjs/common';
import { homePage } from './home-page.js';

@Controller()
export class HomeController {
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header(
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  )
  @Header('x-content-type-options', 'nosniff')
  @Header('cache-control', 'no-cache')
  home(
    @Headers('host') host: string | undefined,
    @Headers('x-forwarded-proto') forwardedProto: string | undefined,
  ): string {
    return homePage(host ?? '', forwardedProto === 'https');
  }
}
