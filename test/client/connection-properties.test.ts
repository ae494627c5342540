import fc from 'fast-check';
import { describe, it } from 'vitest';
import { next } from '../../mini-program-client/src/connection/next.js';
import { type ConnectionEvent, IDLE, type State } from '../../mini-program-client/src/connection/state.js';
import { DEFAULT_TIMING } from '../../mini-program-client/src/connection/timing.js';
import { publicState } from '../../mini-program-client/src/events.js';
import { WELCOME } from '../support/client-hosts.js';

/** Something that may happen. Socket events say how many dials ago their socket was dialled: 0 is the last one. */
type Happening =
  | Exclude<ConnectionEvent, { readonly socket: number }>
  | { readonly type: 'sleep'; readonly ms: number }
  | { readonly type: 'opened' | 'nonsense' | 'welcome' | 'goaway' | 'replaced'; readonly ago: number }
  | { readonly type: 'lost'; readonly ago: number; readonly code: number };

const ago = fc.nat({ max: 2 });
const code = fc.constantFrom(1000, 1001, 1006, 1012, 4000, 4400, 4408, 4500, 4509, 4999);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.constantFrom<Happening>({ type: 'connect' }, { type: 'close' }, { type: 'foreground' }, { type: 'timer' }),
  fc.record({ type: fc.constant('background' as const), drop: fc.boolean() }),
  fc.record({ type: fc.constant('network' as const), up: fc.boolean() }),
  fc.record({ type: fc.constant('sleep' as const), ms: fc.nat({ max: 40_000 }) }),
  fc.record({ type: fc.constantFrom('opened', 'nonsense', 'welcome', 'goaway', 'replaced'), ago }),
  fc.record({ type: fc.constant('lost' as const), ago, code }),
);
const life = fc.array(happening, { maxLength: 60 });

/** Does what `next` asks for, as the driver would, and keeps the account of it. */
class World {
  state: State = IDLE;
  /** Dialled and not hung up. */
  readonly held = new Set<number>();
  pings = 0;
  private now = 0;

  happens(event: Happening): void {
    if (event.type === 'sleep') this.now += event.ms;
    else if (event.type === 'timer') this.timeUp();
    else if ('ago' in event) this.step(this.socketEvent(event));
    else this.step(event);
  }

  private timeUp(): void {
    if (!this.state.timer) return;
    this.now += this.state.timer.ms;
    this.step({ type: 'timer' });
  }

  private socketEvent(event: Extract<Happening, { readonly ago: number }>): ConnectionEvent {
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
      canAsk: false,
    });
    this.state = state;
    for (const effect of effects) {
      if (effect === 'hang-up') must(this.held.delete(before.generation), 'hangs up what it holds');
      if (effect === 'dial') this.held.add(state.generation);
      if (effect === 'ping') this.pings += 1;
    }
  }
}

const FRAMES = {
  opened: null,
  nonsense: null,
  welcome: WELCOME,
  goaway: { type: 'goaway', retryAfterMs: 2000 },
  replaced: { type: 'error', code: 'replaced', message: 'a newer session of the same device took over' },
} as const;

function must(held: boolean, what: string): void {
  if (!held) throw new Error(`it must hold that it ${what}`);
}

function checkAll(
  happenings: readonly Happening[],
  check: (world: World, event: Happening, before: State) => void,
): World {
  const world = new World();
  for (const event of happenings) {
    const before = world.state;
    world.happens(event);
    check(world, event, before);
  }
  return world;
}

describe('whatever happens, in whatever order,', () => {
  it('holds at most one socket, and exactly the one it says it has', () => {
    fc.assert(
      fc.property(life, (happenings) => {
        checkAll(happenings, ({ state, held }) => {
          must(held.size === (state.socket === 'none' ? 0 : 1), 'holds one socket at most');
          must(held.size === 0 || held.has(state.generation), 'holds the last one dialled');
        });
      }),
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
    );
  });

  it('dials nothing and pings nobody in the background', () => {
    fc.assert(
      fc.property(life, (happenings) => {
        let pings = 0;
        checkAll(happenings, (world, _, before) => {
          if (world.state.away) {
            must(world.state.generation === before.generation, 'does not dial');
            must(world.pings === pings, 'does not ping');
          }
          pings = world.pings;
        });
      }),
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
    );
  });

  it('is connected again as soon as things are well', () => {
    fc.assert(
      fc.property(life, (happenings) => {
        const world = checkAll(happenings, () => {});
        for (const type of ['foreground', 'connect', 'timer', 'timer'] as const) {
          world.happens({ type });
          // A server that answers: dials open, and pings come back.
          if (world.state.socket !== 'none') world.happens({ type: 'welcome', ago: 0 });
        }
        must(publicState(world.state).phase === 'connected', 'is connected');
      }),
    );
  });
});
