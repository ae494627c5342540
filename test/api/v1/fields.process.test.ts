import type { Type } from '@nestjs/common';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InboxQueryDto, OutboxBody, OutboxPath } from '../../../src/api/v1/inbox-dtos.js';
import { PresentQuery } from '../../../src/api/v1/present-page.js';
import { RoomHistoryQueryDto, RoomPath } from '../../../src/api/v1/room-dtos.js';
import {
  BatchBody,
  MessageBody,
  MessagePath,
  RoomSendPath,
  SendBody,
  SendPath,
} from '../../../src/api/v1/send-dtos.js';
import { DisconnectQuery, PageQuery, PeerPath, ProfileBody, RevokeBody } from '../../../src/api/v1/user-dtos.js';
import { compileDto } from '../../../src/validation/compile-dto.js';
import { apiNode } from '../../support/api-node.js';
import type { ApiOperation } from '../../support/openapi.js';

const node = apiNode();

const text = fc.oneof(
  fc.string({ maxLength: 66 }),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.constantFrom('', 'A', 'no spaces', '院子', 'a#b', '😀', 'x'.repeat(64), 'x'.repeat(65), 'true', 'a\n'),
);
const digits = fc.constantFrom('0', '1', '50', '200', '201', '1000', '1001', '-1', '1.5', 'x', '9007199254740991');
const value = fc.oneof(
  text,
  digits,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>({}, [], [{}], [{ id: 'a', toUserId: 'B', message: 'x' }], [1], 2 ** 53, -0),
);

/** As JSON would carry it: some fields of a good one, with some others laid over them. */
const fieldsOf = (good: object, names: readonly string[], values: fc.Arbitrary<unknown>) =>
  fc
    .tuple(
      fc.boolean(),
      fc.subarray(Object.entries(good)),
      fc.dictionary(fc.constantFrom(...names, 'other'), values, { maxKeys: 3 }),
    )
    .map(([all, some, other]) => ({ ...(all ? good : Object.fromEntries(some)), ...other }))
    .map((fields) => JSON.parse(JSON.stringify(fields)) as Record<string, unknown>);

const bodyOf = ({ body }: ApiOperation) => body?.schema ?? {};

/** Of parameters, as if they were the fields of an object. */
const parametersOf = ({ words }: ApiOperation, where: 'path' | 'query') => {
  const parameters = words.parameters.filter((parameter) => parameter.in === where);
  return {
    type: 'object',
    properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
  };
};

it.each<[string, 'body' | 'path' | 'query', Type<object>]>([
  ['put /api/v1/messages/m1', 'body', MessageBody],
  ['put /api/v1/broadcasts/m1', 'body', SendBody],
  ['post /api/v1/messages/batch', 'body', BatchBody],
  ['put /api/v1/messages/m1', 'path', SendPath],
  ['get /api/v1/messages/m1', 'path', MessagePath],
  ['put /api/v1/rooms/r/messages/m1', 'path', RoomSendPath],
  ['get /api/v1/rooms/r/members', 'path', RoomPath],
  ['get /api/v1/rooms/r/members', 'query', PresentQuery],
  ['get /api/v1/rooms/r/history', 'query', RoomHistoryQueryDto],
  ['get /api/v1/users/online', 'query', PresentQuery],
  ['get /api/v1/users/A/conversations', 'query', PageQuery],
  ['get /api/v1/users/A/conversations/B/messages', 'path', PeerPath],
  ['delete /api/v1/users/A/sessions', 'query', DisconnectQuery],
  ['put /api/v1/users/A/profile', 'body', ProfileBody],
  ['post /api/v1/users/A/revoke-tokens', 'body', RevokeBody],
  ['get /api/v1/users/A/inbox', 'query', InboxQueryDto],
  ['put /api/v1/users/A/outbox/m1', 'path', OutboxPath],
  ['put /api/v1/users/A/outbox/m1', 'body', OutboxBody],
])('%s has its %s checked as the document says', (called, where, dto) => {
  const [method = '', path = ''] = called.split(' ');
  const operation = node.api.operationAt(method as ApiOperation['method'], path);
  const schema = where === 'body' ? bodyOf(operation) : parametersOf(operation, where);
  // Of a batch the items are looked at one by one, each for itself.
  const ofItems = dto === BatchBody;
  const names = Object.keys(node.api.propertiesOf(schema));
  const good = where === 'query' ? {} : (node.api.exampleOf(schema) as object);
  const compiled = compileDto(dto);
  let accepted = 0;
  fc.assert(
    fc.property(fieldsOf(good, names, where === 'body' ? value : fc.oneof(text, digits)), (fields) => {
      const isTaken = compiled.accepts(fields);
      if (isTaken) accepted += 1;
      const faults = node.api.faults(schema, where === 'query' ? asNumbers(fields, names) : fields);
      if (ofItems && faults.every((fault) => fault.startsWith('/items/') && !fault.endsWith('be object'))) return;
      expect({ fields, isTaken }).toEqual({ fields, isTaken: faults.length === 0 });
      if (!isTaken) {
        const named = compiled.faults(fields).map(({ field }) => field);
        expect(named.length).toBeGreaterThan(0);
        expect(names).toEqual(expect.arrayContaining(named));
      }
    }),
    { numRuns: 1_000 },
  );
  expect(accepted).toBeGreaterThan(10);
});

/** What a query gives for a number is its text. */
function asNumbers(fields: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  const isNumber = (name: string) => ['limit', 'before', 'cursor', 'wait'].includes(name);
  return Object.fromEntries(
    Object.entries(fields).map(([name, given]) => {
      return [name, names.includes(name) && isNumber(name) && /^\d{1,16}$/.test(String(given)) ? Number(given) : given];
    }),
  );
}
