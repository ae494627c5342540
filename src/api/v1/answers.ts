import type { FieldFault } from '../../validation/compile-dto.js';
import { ApiProperty } from '../docs/described.js';
import type { Problem, ProblemCode } from '../problem.js';

const CODES: readonly ProblemCode[] = [
  'bad_frame',
  'unauthorized',
  'forbidden',
  'not_found',
  'conflict',
  'too_large',
  'unsupported',
  'rate_limited',
  'busy',
  'internal',
];

export class FieldFaultAnswer implements FieldFault {
  @ApiProperty({ type: String, example: 'toUserId' })
  readonly field: string = '';

  @ApiProperty({ type: String, example: 'toUserId must be 1 to 64 of A-Z a-z 0-9 _ . @ -, got "no spaces"' })
  readonly message: string = '';
}

export class ProblemAnswer implements Problem {
  @ApiProperty({
    type: String,
    description: 'A name for `code` that is an address.',
    example: 'urn:minim:problem:bad_frame',
  })
  readonly type: string = '';

  @ApiProperty({ type: String, example: 'Bad Request' })
  readonly title: string = '';

  @ApiProperty({ type: Number, example: 400 })
  readonly status: number = 0;

  @ApiProperty({ type: String, description: 'What was expected and what came.' })
  readonly detail: string = '';

  @ApiProperty({ type: String, enum: CODES, description: 'The word that stands in an `error` on a WebSocket.' })
  readonly code: ProblemCode = 'internal';

  @ApiProperty({ type: [FieldFaultAnswer], required: false, description: 'What is wrong with each field.' })
  readonly errors?: readonly FieldFaultAnswer[] | undefined;

  @ApiProperty({ type: Number, required: false, description: 'Milliseconds to wait before it is tried again.' })
  readonly retryAfterMs?: number | undefined;
}
