import { readFile } from 'node:fs/promises';
import { Controller, Get, Header, Param, StreamableFile } from '@nestjs/common';
import { HttpFailure } from '../http-failure.js';

/** Nothing but its own files, and calls to this server. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Minim: HTTP API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<div id="page"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/page.js"></script>
</body>
</html>
`;

const SCRIPT = `SwaggerUIBundle({ url: '/docs-json', dom_id: '#page', validatorUrl: null, deepLinking: true });
`;

/** Of the package, what the page asks for. */
const FILES: ReadonlyMap<string, { readonly url: string; readonly type: string }> = new Map([
  ['swagger-ui.css', { url: import.meta.resolve('swagger-ui-dist/swagger-ui.css'), type: 'text/css; charset=utf-8' }],
  [
    'swagger-ui-bundle.js',
    { url: import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js'), type: 'text/javascript; charset=utf-8' },
  ],
]);

/** The build puts it there: see `src/openapi.ts`. */
const DOCUMENT = new URL('../../openapi.json', import.meta.url);

/** The API's description. */
@Controller('docs-json')
export class DocumentController {
  @Get()
  async document(): Promise<StreamableFile> {
    return new StreamableFile(await readFile(DOCUMENT), { type: 'application/json; charset=utf-8' });
  }
}

/** The page where people read it, and try it. */
@Controller('docs')
export class DocsController {
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', CONTENT_SECURITY_POLICY)
  page(): string {
    return PAGE;
  }

  @Get('page.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  script(): string {
    return SCRIPT;
  }

  @Get(':file')
  @Header('cache-control', 'public, max-age=86400')
  async file(@Param('file') name: string): Promise<StreamableFile> {
    const file = FILES.get(name);
    if (file === undefined) throw new HttpFailure(404, 'there is no such file of the docs');
    return new StreamableFile(await readFile(new URL(file.url)), { type: file.type });
  }
}
