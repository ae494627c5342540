/**
 * The peer that Minim's HTTP API is measured against: the same two routes on Fastify alone, as one writes them when nothing but
 * speed counts. The key is compared, the message kept in memory and answered with its numbers; nothing else is checked, nothing
 * survives, nobody is told.
 */
import { createRequire } from 'node:module';

// Minim's own Fastify.
const fastify = createRequire(import.meta.resolve('@nestjs/platform-fastify'))('fastify');

const app = fastify({ bodyLimit: 1_048_576 });
const byId = new Map();
const inboxes = new Map();

app.addHook('onRequest', (request, reply, done) => {
  if (request.headers['x-api-key'] === process.env.BENCH_API_KEY) return done();
  reply.code(401).send({ code: 'unauthorized' });
});
app.put('/api/v1/messages/:id', (request, reply) => {
  reply.code(201);
  return keep(request.params.id, request.body);
});
app.post('/api/v1/messages/batch', (request, reply) => {
  reply.code(207);
  return { items: request.body.items.map((item) => ({ status: 201, id: item.id, ...keep(item.id, item) })) };
});

function keep(id, { toUserId, message }) {
  const inbox = inboxes.get(toUserId) ?? [];
  inboxes.set(toUserId, inbox);
  const messageId = `f-${byId.size.toString(36)}`;
  const kept = { messageId, seq: inbox.length + 1, sentAt: Date.now(), cursor: byId.size + 1, online: false };
  inbox.push({ ...kept, message });
  byId.set(id, kept);
  return kept;
}

await app.listen({ host: process.env.HOST, port: Number(process.env.PORT) });
