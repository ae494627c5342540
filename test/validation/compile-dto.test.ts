import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
  validateSync,
} from 'class-validator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BlockedFrameDto,
  BlockFrameDto,
  BroadcastFrameDto,
  ConversationsFrameDto,
  HistoryFrameDto,
  JoinFrameDto,
  LeaveFrameDto,
  MessageFrameDto,
  PingFrameDto,
  ProfileFrameDto,
  ReadFrameDto,
  RecallFrameDto,
  ReceivedFrameDto,
  TokenFrameDto,
  TypingFrameDto,
  UnblockFrameDto,
  UnwatchFrameDto,
  WatchFrameDto,
} from '../../src/gateway/frames/frame-dtos.js';
import { CLIENT_FRAMES } from '../../src/protocol/frames.js';
import { compileDto } from '../../src/validation/compile-dto.js';

/** No frame uses these decorators of class-validator's own; the next one may. */
class BuiltInDto {
  @IsOptional()
  @IsString()
  @Length(1, 64)
  readonly id?: string;

  @Matches(/^[A-Z]+$/)
  readonly toUserId: string = '';

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(100)
  readonly cursor?: number;

  @IsOptional()
  @IsBoolean()
  readonly ephemeral?: boolean;

  @IsOptional()
  @IsIn(['a', 1, null])
  readonly room?: unknown;

  @IsOptional()
  @IsObject()
  readonly ttlS?: unknown;
}

const DTOS = {
  ping: PingFrameDto,
  message: MessageFrameDto,
  broadcast: BroadcastFrameDto,
  received: ReceivedFrameDto,
  read: ReadFrameDto,
  recall: RecallFrameDto,
  typing: TypingFrameDto,
  history: HistoryFrameDto,
  conversations: ConversationsFrameDto,
  token: TokenFrameDto,
  join: JoinFrameDto,
  leave: LeaveFrameDto,
  profile: ProfileFrameDto,
  block: BlockFrameDto,
  unblock: UnblockFrameDto,
  blocked: BlockedFrameDto,
  watch: WatchFrameDto,
  unwatch: UnwatchFrameDto,
};

/** Values that a field might be given by honest, careless and hostile clients. */
const value = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[A-Za-z0-9_.@-]{1,70}$/),
  fc.constantFrom('', 'A', 'a b', 'ü', '😀', ' ', '__proto__', 'x'.repeat(64), 'x'.repeat(65)),
  fc.integer(),
  fc.double(),
  fc.constantFrom(0, -1, -0, 2 ** 53, 2 ** 53 - 1, Number.NaN, Number.POSITIVE_INFINITY),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.jsonValue(),
  fc.constantFrom<unknown>({}, [], [[]], { a: { b: 1 } }, nested(63), nested(64), nested(65)),
);

const names = [
  'type',
  'id',
  'toUserId',
  'room',
  'fromUserId',
  'formUserId',
  'message',
  'ephemeral',
  'ttlS',
  'cursor',
  'messageId',
  'peerId',
  'before',
  'limit',
  'seq',
  'token',
  'since',
  'list',
  'nickname',
  'avatar',
  'invisible',
  'userId',
  'userIds',
  '__proto__',
];
const VALID = {
  id: 'm1',
  toUserId: 'B',
  message: 'hello',
  cursor: 3,
  ephemeral: true,
  messageId: 'x-1',
  peerId: 'B',
  limit: 5,
  seq: 2,
  token: 'a.b.c',
  room: 'lobby',
  since: 3,
  list: true,
  nickname: 'Ann',
  avatar: 'cat-3',
  invisible: true,
  userId: 'B',
  userIds: ['A', 'B'],
};

/** Fields that have a value in the class, so that they are there in the compiled one. */
const REQUIRED = [
  'message',
  'cursor',
  'id',
  'messageId',
  'toUserId',
  'peerId',
  'seq',
  'token',
  'room',
  'userId',
  'userIds',
];

/** Some fields of a good frame, with some others laid over them; as JSON would carry it. */
const fields = fc
  .tuple(fc.subarray(Object.entries(VALID)), fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 3 }))
  .map(
    ([good, other]) => JSON.parse(JSON.stringify(Object.fromEntries([...good, ...other]))) as Record<string, unknown>,
  );

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)];
}

describe('compileDto', () => {
  it('knows a DTO for every client frame', () => {
    expect(Object.keys(DTOS).sort()).toEqual(Object.keys(CLIENT_FRAMES).sort());
  });

  it.each(Object.entries({ ...DTOS, builtIn: BuiltInDto }))(
    'never says yes to a %s frame where class-validator says no',
    (_type, dto) => {
      const compiled = compileDto(dto);
      let accepted = 0;
      let refused = 0;
      fc.assert(
        fc.property(fields, (given) => {
          const instance = Object.assign(new dto(), JSON.parse('{}'));
          for (const [name, each] of Object.entries(given))
            Object.defineProperty(instance, name, { value: each, enumerable: true });
          for (const name of REQUIRED) {
            if (!(name in given) && name in instance) Object.defineProperty(instance, name, { value: undefined });
          }
          const errors = validateSync(instance, { forbidUnknownValues: true });
          if (compiled.accepts(given)) {
            accepted += 1;
            expect(errors).toEqual([]);
          } else {
            refused += 1;
            expect(errors).not.toEqual([]);
            expect(compiled.fault(given)).toMatch(/ must /);
          }
        }),
        { numRuns: 3000 },
      );
      // Of a ping, one in 22 is refused, so that 30 or fewer of 3000 are not to be expected once in 10^20 times.
      expect(accepted).toBeGreaterThan(30);
      expect(refused).toBeGreaterThan(30);
    },
  );

  it('names the field, what was expected and what came', () => {
    const compiled = compileDto(MessageFrameDto);
    expect(compiled.fault({ toUserId: 'B', message: '' })).toBe(
      'message must be a non-empty string, or a JSON object or array at most 64 levels deep, got ""',
    );
    expect(compiled.fault({ toUserId: 'no spaces', message: 'x' })).toBe(
      'toUserId must be 1 to 64 of A-Z a-z 0-9 _ . @ -, got "no spaces"',
    );
    expect(compiled.fault({ toUserId: 'B', message: 'x', id: null })).toContain('id must be');
    expect(compiled.fault({ toUserId: 'B', message: 'x' })).toBeUndefined();
  });

  it('refuses at boot what it cannot compile', () => {
    class WithEach {
      @IsString({ each: true })
      readonly texts: string[] = [];
    }
    class WithGroups {
      @IsInt({ groups: ['a'] })
      readonly count = 1;
    }
    class Nested {
      @IsArray()
      @ValidateNested()
      readonly inner: object[] = [];
    }
    expect(() => compileDto(WithEach)).toThrow('WithEach.texts: isString cannot be compiled');
    expect(() => compileDto(WithGroups)).toThrow('WithGroups.count');
    expect(() => compileDto(Nested)).toThrow('Nested.inner');
  });
});
