import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Exposition } from './exposition.js';

interface Where {
  readonly host: string;
  readonly port: number;
}

/** A port for `/metrics` alone, where nobody is asked for a key. Rejects, with words for who starts the node, when it is taken. */
export async function serveMetrics(exposition: Exposition, { host, port }: Where): Promise<Server> {
  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': exposition.contentType }).end(await exposition.text());
  });
  server.listen({ host, port });
  await once(server, 'listening').catch((error) => {
    throw new Error(`MINIM_METRICS_PORT: ${error instanceof Error ? error.message : error}`);
  });
  return server;
}
