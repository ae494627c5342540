import type { INestApplication } from '@nestjs/common';
import * as generator from '@nestjs/swagger';
import { API_KEY_HEADER } from '../logins.js';
import { TICKET_SECURITY, TOKEN_SECURITY } from '../v1/operation.js';
import { tellDescriptions } from './described.js';

const DESCRIPTION = `For a shop's own backend: send messages, and ask who is there. What goes wrong is told as a problem
document (RFC 9457) with the same \`code\` as on a WebSocket.`;

/** The description of `/api/v1`, made from the controllers' own classes. */
export function openApiDocument(app: INestApplication): generator.OpenAPIObject {
  tellDescriptions(generator);
  return withoutOthers(
    generator.SwaggerModule.createDocument(app, described(), {
      operationIdFactory: (_controller: string, method: string) => method,
    }),
  );
}

function described() {
  return new generator.DocumentBuilder()
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
function withoutOthers(document: generator.OpenAPIObject): generator.OpenAPIObject {
  const paths = Object.entries(document.paths).filter(([path]) => path.startsWith('/api/v1/'));
  return { ...document, paths: Object.fromEntries(paths) };
}
