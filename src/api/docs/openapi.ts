import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { API_KEY_HEADER } from '../logins.js';
import { TICKET_SECURITY, TOKEN_SECURITY } from '../v1/operation.js';

const DESCRIPTION = `For a shop's own backend: send messages, and ask who is there. What goes wrong is told as a problem
document (RFC 9457) with the same \`code\` as on a WebSocket.`;

/** Answers `/docs-json` and `/docs-yaml` with the description of `/api/v1`, made from the controllers' own classes. */
export function serveOpenApi(app: INestApplication): void {
  const document = withoutOthers(
    SwaggerModule.createDocument(app, described(), {
      operationIdFactory: (_controller: string, method: string) => method,
    }),
  );
  SwaggerModule.setup('docs', app, document, { ui: false });
}

function described() {
  return new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Minim')
    .setDescription(DESCRIPTION.replaceAll('\n', ' '))
    .setVersion('1')
    .addApiKey({ type: 'apiKey', in: 'header', name: API_KEY_HEADER }, API_KEY_HEADER)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, TOKEN_SECURITY)
    .addApiKey({ type: 'apiKey', in: 'query', name: 'ticket' }, TICKET_SECURITY)
    .build();
}

/** What is not the API of other servers has docs of its own. */
function withoutOthers(document: OpenAPIObject): OpenAPIObject {
  const paths = Object.entries(document.paths).filter(([path]) => path.startsWith('/api/v1/'));
  return { ...document, paths: Object.fromEntries(paths) };
}
