import { Controller, Get, Header, Headers, Inject, NotFoundException, Param, Res } from '@nestjs/common';
import { CONSOLE, type Console, type ConsoleFile } from './console-files.js';
import { contentSecurityPolicy } from './content-security-policy.js';
import { hostOrDefault, plainText } from './plain-text.js';

/** What is used of the web framework's answer. */
interface Reply {
  status(code: number): Reply;
  headers(values: Readonly<Record<string, string>>): Reply;
  send(body?: string | Buffer): unknown;
}

export const SERVER_FACTS = Symbol('what the page may know without a key');

export interface ServerFacts {
  /** Whether there are API keys at all: without, nobody signs in. */
  readonly hasApiKeys: boolean;
}

interface Asked {
  readonly host?: string;
  readonly accept?: string;
  readonly 'x-forwarded-proto'?: string;
  readonly 'if-none-match'?: string;
}

/** The names of the files change with their content. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The web console at `/`, for browsers; a short text for everybody else, and where there is no console. */
@Controller()
export class ConsoleController {
  constructor(
    @Inject(CONSOLE) private readonly console: Console,
    @Inject(SERVER_FACTS) private readonly facts: ServerFacts,
  ) {}

  @Get()
  home(@Headers() asked: Asked, @Res() reply: Reply): void {
    const host = hostOrDefault(asked.host);
    const secure = asked['x-forwarded-proto'] === 'https';
    reply.headers({ vary: 'accept', 'cache-control': 'no-cache' });
    if (!('page' in this.console)) {
      const why = { off: 'turned off with MINIM_CONSOLE=off', 'not built': 'not built here: npm run build' };
      text(reply, plainText(host, secure, why[this.console.absent]));
    } else if (!asked.accept?.includes('text/html')) {
      text(reply, plainText(host, secure, `${secure ? 'https' : 'http'}://${host}/ shows two users side by side`));
    } else {
      reply.headers({ 'content-security-policy': contentSecurityPolicy(host) });
      send(reply, this.console.page, asked);
    }
  }

  /** What every refusal says as well; a browser would note each of those as an error of the page. */
  @Get('console/server')
  @Header('cache-control', 'no-store')
  server(): ServerFacts {
    return this.facts;
  }

  @Get('console/:file')
  file(@Param('file') name: string, @Headers() asked: Asked, @Res() reply: Reply): void {
    const file = 'files' in this.console ? this.console.files.get(name) : undefined;
    if (file === undefined) throw new NotFoundException('there is no such file of the web console');
    reply.headers({ 'cache-control': FOR_EVER });
    send(reply, file, asked);
  }
}

function text(reply: Reply, body: string): void {
  reply.headers({ 'content-type': 'text/plain; charset=utf-8' }).send(body);
}

function send(reply: Reply, { type, bytes, etag }: ConsoleFile, asked: Asked): void {
  reply.headers({ etag });
  if (asked['if-none-match'] === etag) reply.status(304).send();
  else reply.headers({ 'content-type': type }).send(bytes);
}
