import fc from 'fast-check';
import { describe, it } from 'vitest';
import { next } from '../../mini-program-client/src/connection/next.js';
import { type ConnectionEvent, IDLE, type State } from '../../mini-program-client/src/connection/state.js';
import { DEFAULT_TIMING } from '../../mini-program-client/src/connection/timing.js';
import { publicState } from '../../mini-program-client/src/events.js';
import { WELCOME } from '../support/client-hosts.js';
import { runs, sequencesOf } from '../support/sequences.js';

interface TokenHappening {
  readonly type: 'token' | 'noToken';
  readonly ago: number;
}

/** Something that may happen. Socket events say how many dials ago their socket was dialled: 0 is the last one. */
type Happening =
  | Exclude<ConnectionEvent, { readonly socket: number }>
  | { readonly type: 'sleep'; readonly ms: number }
  | { readonly type: 'opened' | 'nonsense' | 'welcome' | 'goaway' | 'replaced' | 'expiring'; readonly ago: number }
  | TokenHappening
  | { readonly type: 'lost'; readonly ago: number; readonly code: number };

const ago = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 2 }) });
// Often the one that has to come three times in a row.
const code = fc.constantFrom(4501, 4501, 4501, 4501, 1000, 1001, 1006, 1012, 4000, 4400, 4408, 4500, 4501, 4509, 4999);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<Happening>({ type: 'connect' }, { type: 'foreground' }, { type: 'timer' }) },
  { weight: 2, arbitrary: fc.constant<Happening>({ type: 'timer' }) },
  { weight: 1, arbitrary: fc.constantFrom<Happening>({ type: 'close' }, { type: 'better' }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('background' as const), drop: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('network' as const), up: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('sleep' as const), ms: fc.nat({ max: 40_000 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constantFrom('opened', 'nonsense', 'welcome', 'goaway', 'replaced', 'expiring'),
      ago,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constantFrom('token' as const, 'token' as const, 'noToken' as const), ago }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('lost' as const), ago, code }) },
);
const life = sequencesOf(happening, 200);

/** Does what `next` asks for, as the driver would, and keeps the account of it. */
class World {
  state: State = IDLE;
  /** Dialled and not hung up. */
  readonly held = new Set<number>();
  pings = 0;
  private now = 0;
  /** Every socket there ever was, and those on which a token was shown, by generation. */
  private readonly dialled = new Set<number>();
  readonly shown = new Set<number>();
  /** For whom a token is on its way. */
  private asked: number[] = [];

  constructor(
    readonly canAsk: boolean,
    readonly canPoll: boolean,
  ) {}

  happens(event: Happening): void {
    if (event.type === 'sleep') this.now += event.ms;
    else if (event.type === 'timer') this.timeUp();
    else if (isOfToken(event)) this.tokenEvent(event);
    else if (!('ago' in event)) this.step(event);
    else if (this.dialled.has(this.state.generation - event.ago)) this.step(this.socketEvent(event));
  }

  /** Each that is asked for is answered once. */
  private tokenEvent({ type, ago }: TokenHappening): void {
    const socket = this.state.generation - ago;
    const index = this.asked.indexOf(socket);
    if (index === -1) return;
    this.asked.splice(index, 1);
    if (type === 'token') this.step({ type, socket, proof: 't1' });
    else if (ago === 0 && this.state.socket === 'dialling') this.step({ type: 'lost', socket, code: 1006, word: '' });
  }

  private timeUp(): void {
    if (!this.state.timer) return;
    this.now += this.state.timer.ms;
    this.step({ type: 'timer' });
  }

  private socketEvent(event: Exclude<Extract<Happening, { readonly ago: number }>, TokenHappening>): ConnectionEvent {
    const socket = this.state.generation - event.ago;
    if (event.type === 'lost') return { type: 'lost', socket, code: event.code, word: '' };
    return { type: 'heard', socket, frame: FRAMES[event.type] };
  }

  private step(event: ConnectionEvent): void {
    const before = this.state;
    const { state, effects } = next(before, event, {
      now: this.now,
      random: 0.5,
      timing: DEFAULT_TIMING,
      canAsk: this.canAsk,
      canPoll: this.canPoll,
    });
    this.state = state;
    for (const effect of effects) {
      if (effect === 'hang-up') this.hangUp(before);
      if (effect === 'dial') this.dial(state.generation);
      if (effect === 'ask') this.asked.push(state.generation);
      if (effect === 'show') this.show(state);
      if (effect === 'ping') this.pings += 1;
    }
  }

  private hangUp({ generation }: State): void {
    must(this.held.delete(generation) || !this.dialled.has(generation), 'hangs up what it holds');
  }

  private dial(generation: number): void {
    must(!this.dialled.has(generation), 'dials once for each generation');
    this.dialled.add(generation);
    this.held.add(generation);
  }

  private show({ generation, proof, socket }: State): void {
    must(this.held.has(generation) && socket === 'open' && proof !== null, 'shows what it has on an open socket');
    this.shown.add(generation);
  }
}

function isOfToken(event: Happening): event is TokenHappening {
  return event.type === 'token' || event.type === 'noToken';
}

const FRAMES = {
  opened: null,
  nonsense: null,
  welcome: WELCOME,
  goaway: { type: 'goaway', retryAfterMs: 2000 },
  replaced: { type: 'error', code: 'replaced', message: 'a newer session of the same device took over' },
  expiring: { type: 'error', code: 'token_expiring', message: 'the token runs out in 60 s' },
} as const;

/** Speaks of the socket that is held. */
function isLastOfAll(event: Happening, before: State): boolean {
  return 'ago' in event && event.ago === 0 && before.socket !== 'none';
}

function isRefusal(event: Happening, before: State): boolean {
  return 'code' in event && event.code === 4501 && isLastOfAll(event, before);
}

/** How many there are in a row after this event, which need not concern any socket that there is. */
function refusalsAfter(inARow: number, event: Happening, before: State, after: State): number {
  if (before === after) return inARow;
  const startsOver = event.type === 'connect' ? !before.wanted : event.type === 'welcome' && isLastOfAll(event, before);
  return startsOver ? 0 : inARow + Number(isRefusal(event, before));
}

function must(held: boolean, what: string): void {
  if (!held) throw new Error(`it must hold that it ${what}`);
}

const ENDINGS: readonly string[] = ['connect', 'close'];
const MISS: readonly Happening[] = [{ type: 'token', ago: 0 }, { type: 'lost', ago: 0, code: 1006 }, { type: 'timer' }];
const UNTIL_IT_POLLS: readonly Happening[] = [
  { type: 'connect' },
  ...MISS,
  ...MISS,
  ...MISS,
  { type: 'token', ago: 0 },
  { type: 'opened', ago: 0 },
];

/** In a world without tokens, in one with them, and in one where it can poll too. */
function checkAll(
  happenings: readonly Happening[],
  check: (world: World, event: Happening, before: State) => void,
): World[] {
  const worlds = [new World(false, false), new World(true, false), new World(true, true)];
  for (const world of worlds) {
    for (const event of world.canPoll ? [...UNTIL_IT_POLLS, ...happenings] : happenings) {
      const before = world.state;
      world.happens(event);
      check(world, event, before);
    }
  }
  return worlds;
}

describe('whatever happens, in whatever order,', () => {
  it('holds at most one socket, and exactly the one it says it has', () => {
    fc.assert(
      fc.property(life, (happenings) => {
        checkAll(happenings, ({ state, held, canAsk }) => {
          const most = state.socket === 'none' ? 0 : 1;
          // A dial that waits for its token has no socket yet.
          const least = canAsk && state.socket === 'dialling' ? 0 : most;
          must(held.size >= least && held.size <= most, 'holds one socket at most');
          must(held.size === 0 || held.has(state.generation), 'holds the last one dialled');
        });
      }),
      runs(100),
    );
  });

  it('runs no timer in the background, nor when nothing is wanted, and always one otherwise', () => {
    fc.assert(
      fc.property(life, (happenings) => {
        checkAll(happenings, ({ state }) => {
          must((state.timer !== null) === (state.wanted && !state.away), 'runs a timer exactly when it has to');
          must(state.timer === null || (state.timer.ms >= 0 && state.timer.ms < 2 ** 31), 'can wait for its timer');
        });
      }),
      runs(100),
    );
  });

  it('dials nothing and pings nobody in the background', () => {
    fc.assert(
      fc.property(life, (happenings) => {
        let [pings, held] = [0, 0];
        checkAll(happenings, (world, event, before) => {
          if (before === IDLE) [pings, held] = [0, 0];
          if (world.state.away) {
            must(world.state.generation === before.generation, 'does not dial');
            must(world.held.size <= held, 'does not dial with a token either');
            must(world.pings === pings, 'does not ping');
            const isSame = world.state.failures === before.failures || event.type === 'connect';
            must(!before.away || isSame, 'takes no loss for a failure');
          }
          [pings, held] = [world.pings, world.held.size];
        });
      }),
      runs(100),
    );
  });

  it('is moved by no socket but the last one dialled', () => {
    fc.assert(
      fc.property(life, (happenings) => {
        checkAll(happenings, ({ state }, event, before) => {
          if (!('ago' in event) || event.ago === 0) return;
          must(JSON.stringify(state) === JSON.stringify(before), 'pays no heed to stale sockets');
        });
      }),
      runs(100),
    );
  });

  it('[MP-6.3] stays away once it was told so, until connect()', () => {
    fc.assert(
      fc.property(life, (happenings) => {
        checkAll(happenings, ({ state, held }, event, before) => {
          if (!before.ended || event.type === 'connect') return;
          must(state.ended === before.ended, 'stays closed');
          must(held.size === 0, 'has no socket');
        });
      }),
      runs(100),
    );
  });

  it('[MP-1.19] has shown a token on every connection that is open, where there are any', () => {
    fc.assert(
      fc.property(life, (happenings) => {
        checkAll(happenings, ({ state, shown, canAsk }) => {
          if (state.socket !== 'open') return;
          // A poll has it in its question.
          const isShown = state.polling ? state.proof !== null : shown.has(state.generation);
          must(isShown === canAsk, 'has shown a token');
        });
      }),
      runs(100),
    );
  });

  it('[MP-6.2] stays away after three refusals in a row, and not before', () => {
    fc.assert(
      fc.property(life, (happenings) => {
        let inARow = 0;
        checkAll(happenings, ({ state, canAsk, canPoll }, event, before) => {
          // Polls are refused without end.
          if (canPoll) return;
          inARow = before === IDLE ? 0 : refusalsAfter(inARow, event, before, state);
          const most = canAsk ? 3 : 1;
          must(!state.wanted || inARow < most, 'stays away after so many');
          must(state.ended?.code !== 4501 || inARow === most, 'stays away after no fewer');
        });
      }),
      runs(100),
    );
  });

  it('polls only where it can, after three dials that no WebSocket came of, and is sent away by no poll', () => {
    fc.assert(
      fc.property(life, (happenings) => {
        let polled = false;
        checkAll(happenings, ({ state, canPoll }, event, before) => {
          const polls = state.polling && state.socket !== 'none';
          must(!polls || (canPoll && state.missed >= 3), 'polls after three');
          must(!before.polling || state.ended === before.ended || ENDINGS.includes(event.type), 'is not sent away');
          polled = polled || publicState(state).phase === 'polling';
        });
        must(polled, 'polls at all');
      }),
      runs(100),
    );
  });

  it('is connected again as soon as things are well', () => {
    fc.assert(
      fc.property(life, (happenings) => {
        for (const world of checkAll(happenings, () => {})) {
          for (const type of ['foreground', 'connect', 'timer', 'timer', 'better'] as const) {
            world.happens({ type });
            // Whoever is asked and the server answer: dials open, and pings come back.
            world.happens({ type: 'token', ago: 0 });
            if (world.state.socket !== 'none') world.happens({ type: 'welcome', ago: 0 });
          }
          must(publicState(world.state).phase === 'connected', 'is connected');
        }
      }),
      runs(100),
    );
  });
});
