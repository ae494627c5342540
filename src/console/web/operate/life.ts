import { isObject } from '../shared/ask.js';

type Json = Readonly<Record<string, unknown>>;

/** One station in the life of a message. */
export interface Step {
  /**
   * `forgotten`: its content is. `pushed` to a session, `published` to many, `polled` over HTTP. `has`, `lacks`: a device
   * and the message. `absent`: nobody of the recipient is here. `told`: an attempt to tell the hook; `queued`, `dead`: what
   * is left of its event.
   */
  readonly kind:
    | 'stored'
    | 'forgotten'
    | 'pushed'
    | 'polled'
    | 'published'
    | 'absent'
    | 'opening'
    | 'has'
    | 'lacks'
    | 'read'
    | 'unread'
    | 'told'
    | 'queued'
    | 'dead';
  /** `open`: it has not happened. */
  readonly mark: 'done' | 'open' | 'bad';
  /** Milliseconds since 1970, as far as it is known. */
  readonly at?: number;
  /** A device, a state or an outcome. */
  readonly what?: string;
  /** A number of the inbox, or of sessions. */
  readonly number?: number;
  /** Milliseconds since 1970: until when the network took it, or when the session ended. */
  readonly drainedAt?: number;
  readonly endedAt?: number;
  readonly endCode?: number;
  readonly seenAt?: number;
}

/** What the server tells of a message, as far as it is shown. */
export interface Life {
  readonly why: string;
  readonly kind: 'message' | 'room' | 'broadcast';
  readonly messageId: string;
  readonly fromUserId: string;
  /** A user or a room; nothing where it is for everyone. */
  readonly to: string | undefined;
  readonly seq: number;
  readonly steps: readonly Step[];
}

/** Nothing if it is not what it should be. */
export function lifeFrom(answer: unknown): Life | undefined {
  if (!isObject(answer)) return undefined;
  const { kind } = answer;
  if (kind !== 'message' && kind !== 'room' && kind !== 'broadcast') return undefined;
  const to = text(kind === 'message' ? answer.toUserId : answer.room);
  return {
    why: text(answer.why) ?? '',
    kind,
    messageId: text(answer.messageId) ?? '',
    fromUserId: text(answer.fromUserId) ?? '',
    to,
    seq: number(answer.seq) ?? 0,
    steps: kind === 'message' ? stepsOfOne(answer, to ?? '') : stepsOfMany(answer),
  };
}

/** What has a time in its order, then what never happened or nobody knows when. */
function stepsOfOne(life: Json, toUserId: string): readonly Step[] {
  const stored = step('stored', 'done', { at: number(life.sentAt), number: number(life.recipientCursor) });
  const pushes = list(life.pushes).filter(({ userId }) => userId === toUserId);
  const rest = [
    ...forgotten(life),
    ...pushes.map(pushed),
    ...(pushes.length === 0 ? unpushed(life) : []),
    ...list(life.devices).map(ofDevice),
    ...reading(life),
    ...list(life.tellings).map(({ at, outcome }) =>
      step('told', outcome === 'delivered' ? 'done' : 'bad', { at: number(at), what: text(outcome) }),
    ),
    ...hookLeft(life.hook),
  ];
  return [stored, ...inOrder(rest)];
}

function stepsOfMany(life: Json): readonly Step[] {
  const published = list(life.published).map(({ at, sessions }) =>
    step('published', 'done', { at: number(at), number: number(sessions) }),
  );
  const stored = step('stored', 'done', { at: number(life.sentAt) });
  return [stored, ...(published.length > 0 ? inOrder(published) : [step('published', 'open', { number: 0 })])];
}

function forgotten({ state, recalledAt, expiresAt }: Json): readonly Step[] {
  if (state === undefined || state === 'kept') return [];
  const at = number(state === 'recalled' ? recalledAt : state === 'expired' ? expiresAt : undefined);
  return [step('forgotten', 'bad', { at, what: text(state) })];
}

function pushed(push: Json): Step {
  const at = number(push.at);
  const rest = {
    ...(at !== 0 && { at }),
    what: text(push.device),
    drainedAt: number(push.drainedAt),
    endedAt: number(push.endedAt),
    endCode: number(push.endCode),
  };
  return step(push.sessionId === '' ? 'polled' : 'pushed', 'done', rest);
}

/** Why nothing went out, as far as it did not. */
function unpushed({ delivered, online }: Json): readonly Step[] {
  if (delivered === true) return [];
  return [step(online === true ? 'opening' : 'absent', 'open')];
}

function ofDevice({ deviceId, has, cursor, confirmedAt, seenAt }: Json): Step {
  const what = text(deviceId);
  if (has === true) return step('has', 'done', { at: number(confirmedAt), what });
  return step('lacks', 'open', { what, number: number(cursor), seenAt: number(seenAt) });
}

function reading({ delivered, read }: Json): readonly Step[] {
  if (read === true) return [step('read', 'done')];
  return delivered === true ? [step('unread', 'open')] : [];
}

function hookLeft(hook: unknown): readonly Step[] {
  if (!isObject(hook)) return [];
  if (hook.state === 'dead') return [step('dead', 'bad', { at: number(hook.diedAt), what: text(hook.reason) })];
  return hook.state === 'queued' ? [step('queued', 'open')] : [];
}

function inOrder(steps: readonly Step[]): readonly Step[] {
  const timed = steps.filter(({ at }) => at !== undefined);
  const done = steps.filter(({ at, mark }) => at === undefined && mark !== 'open');
  const open = steps.filter(({ at, mark }) => at === undefined && mark === 'open');
  return [...timed.sort((a, b) => (a.at ?? 0) - (b.at ?? 0)), ...done, ...open];
}

type Known = { readonly [Name in keyof Omit<Step, 'kind' | 'mark'>]: Step[Name] | undefined };

function step(kind: Step['kind'], mark: Step['mark'], known: Known = {}): Step {
  const entries = Object.entries(known).filter(([, value]) => value !== undefined);
  return { kind, mark, ...Object.fromEntries(entries) };
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
