import type { ReceiptFrame } from '../../src/protocol/frames.js';
import type { Draft } from './frames.js';

/** How far conversations have been delivered and read. No mark ever falls. */
export interface Marks {
  /** Whether the receipt says anything that was not known. */
  rise(receipt: ReceiptFrame): boolean;
  /** Sends it if it is new, now or on the next connection, until it is certain that the server has it. */
  read(peerId: string, seq: number): void;
  /** A new connection: sends again what the last one may have lost. */
  resend(): void;
  /** A ping goes out. */
  asked(): void;
  /** A pong came: the server has what was sent before its ping [MP-2.20]. */
  answered(): void;
}

interface Unsure {
  readonly seq: number;
  /** Pings on this connection before it was sent. */
  readonly pings: number;
}

export function createMarks({ isOpen, tellServer }: { isOpen(): boolean; tellServer(frame: Draft): void }): Marks {
  const marks = new Map<string, number>();
  /** Own reads that the server may not have, by peer: nothing answers them. */
  const unsure = new Map<string, Unsure>();
  let pings = 0;
  let pongs = 0;

  function raise(kind: 'delivered' | 'read' | 'ownRead', peerId: string, seq = 0): boolean {
    const key = `${kind} ${peerId}`;
    const risen = seq > (marks.get(key) || 0);
    if (risen) marks.set(key, seq);
    return risen;
  }

  function submit(peerId: string, seq: number): void {
    unsure.set(peerId, { seq, pings });
    if (isOpen()) tellServer({ type: 'read', peerId, seq });
  }

  return {
    rise: ({ peerId, delivered, read, ownRead }) =>
      [raise('delivered', peerId, delivered), raise('read', peerId, read), raise('ownRead', peerId, ownRead)].includes(
        true,
      ),
    read: (peerId, seq) => {
      if (raise('ownRead', peerId, seq)) submit(peerId, seq);
    },
    resend: () => {
      pings = pongs = 0;
      for (const [peerId, { seq }] of unsure) submit(peerId, seq);
    },
    asked: () => {
      pings += 1;
    },
    answered: () => {
      pongs += 1;
      for (const [peerId, mark] of unsure) if (mark.pings < pongs) unsure.delete(peerId);
    },
  };
}
