import type { ConnectSocketOptions } from '../../mini-program-client/src/hosts/mini-program-host.js';

type Listener = (event?: unknown) => void;

/** A `SocketTask` whose events the test makes up, and which says what was asked of it. */
export class ScriptedTask {
  readonly asked: unknown[] = [];
  private readonly listeners = new Map<string, Listener[]>();

  constructor(readonly options: ConnectSocketOptions) {}

  onOpen(listener: Listener): void {
    this.listen('open', listener);
  }

  onMessage(listener: Listener): void {
    this.listen('message', listener);
  }

  onError(listener: Listener): void {
    this.listen('error', listener);
  }

  onClose(listener: Listener): void {
    this.listen('close', listener);
  }

  send(options: { readonly data: string }): unknown {
    this.asked.push(['send', options.data]);
    return undefined;
  }

  close(options: { readonly code: number }): unknown {
    this.asked.push(['close', options.code]);
    return undefined;
  }

  /** The platform tells `event`. */
  tell(kind: 'open' | 'message' | 'error' | 'close', event?: unknown): void {
    for (const listener of this.listeners.get(kind) ?? []) listener(event);
  }

  private listen(kind: string, listener: Listener): void {
    this.listeners.set(kind, [...(this.listeners.get(kind) ?? []), listener]);
  }
}

/** What a transport told. */
export class Told {
  readonly events: unknown[] = [];
  opened = (): void => void this.events.push('opened');
  received = (text: string): void => void this.events.push(text);
  lost = (code: number, word: string): void => void this.events.push([code, word]);
}
