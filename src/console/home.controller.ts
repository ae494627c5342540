import { Controller, Get, Header, Headers } from '@nestjs/common';
import { CONTENT_SECURITY_POLICY, homePage } from './home-page.js';

@Controller()
export class HomeController {
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', CONTENT_SECURITY_POLICY)
  @Header('cache-control', 'no-cache')
  home(
    @Headers('host') host: string | undefined,
    @Headers('x-forwarded-proto') forwardedProto: string | undefined,
  ): string {
    return homePage(host ?? '', forwardedProto === 'https');
  }
}
