import { ApiProperty } from '../docs/described.js';
import { COUNT_SCHEMA } from './fields.js';

const KINDS = ['counter', 'gauge', 'histogram'] as const;
const NUMBERS = { type: 'array', items: { type: 'number' }, required: false } as const;

class FigureValue {
  @ApiProperty({ type: Number })
  readonly value: number = 0;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { type: 'message' } })
  readonly labels: Readonly<Record<string, string>> = {};
}

/** One of those in docs/metrics.md. */
export class FigureAnswer {
  @ApiProperty({ type: String, example: 'minim_sessions' })
  readonly name: string = '';

  @ApiProperty({ type: String, enum: KINDS })
  readonly kind: (typeof KINDS)[number] = 'counter';

  @ApiProperty({ type: [FigureValue], required: false, description: 'Of counters and gauges, one for each label.' })
  readonly values?: readonly FigureValue[];

  @ApiProperty({ ...NUMBERS, description: 'Of histograms: rising bounds, …' })
  readonly bounds?: readonly number[];

  @ApiProperty({
    ...NUMBERS,
    description: '… how many lay up to each and above the one before, last those above all, …',
  })
  readonly counts?: readonly number[];

  @ApiProperty({ type: Number, required: false, description: '… and their sum.' })
  readonly sum?: number;
}

export class FiguresAnswer {
  @ApiProperty({
    ...COUNT_SCHEMA,
    description: 'Of what begins to count, in milliseconds since 1970; another node has another.',
  })
  readonly since: number = 0;

  @ApiProperty({ ...COUNT_SCHEMA, description: 'When it was counted, in milliseconds since 1970.' })
  readonly at: number = 0;

  @ApiProperty({ type: [FigureAnswer] })
  readonly figures: readonly FigureAnswer[] = [];
}
