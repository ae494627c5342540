/** Writes `dist/openapi.json`, the description of `/api/v1`: a step of the build, so that no start has to make it. */
import { writeFile } from 'node:fs/promises';
import { openApiDocument } from './api/docs/openapi-document.js';
import { readConfig } from './config/config.js';
import { createNode } from './node.js';
import { createLogger, standardError } from './ops/logging.js';
import { StoreWatch } from './ops/metrics/watched-store.js';
import { MemoryStore } from './store/memory/memory-store.js';

const config = readConfig({ LOG_LEVEL: 'error', LOG_PRETTY: 'off' });
const store = new MemoryStore('none', { maxDevices: 1, maxQueuedWrites: 1, knownRecipientsOnly: false });
const node = await createNode(config, createLogger(config, await standardError(config)), store, new StoreWatch());
const document = JSON.stringify(openApiDocument(node), null, 2);
await writeFile(new URL('openapi.json', import.meta.url), `${document}\n`);
process.exit(0);
