import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** The calls that `callOrder` looks at. */
export const CALLS = 'fsync,fdatasync,pwrite64,recvfrom,read,sendto,sendmsg,write,writev';

export interface CallOrder {
  /** Messages that were read, written to the log of the database, synced there, and then first sent. */
  readonly inOrder: number;
  /** Messages of which something was sent before that. */
  readonly early: number;
  /** Syncs of that log. */
  readonly syncs: number;
}

type Stage = 'read' | 'written' | 'synced' | 'sent' | 'early';

const LINE = /^(\d+) +(?:<\.\.\. )?(\w+)/;
const LOG_FILE = 'minim.db-wal>';

/**
 * Reads what `strace -f -y -s` wrote about a node, and follows each message whose id has the form `id`. A call stands
 * there when it begins, and once more when it ends if others came between; strace lets a thread go on only after that.
 */
export async function callOrder(trace: string, id: RegExp): Promise<CallOrder> {
  const messages = new Messages(id);
  for await (const line of createInterface({ input: createReadStream(trace, 'latin1') })) messages.look(line);
  return messages;
}

class Messages implements CallOrder {
  inOrder = 0;
  early = 0;
  syncs = 0;
  private readonly stages = new Map<string, Stage>();
  /** Threads that are syncing the log. */
  private readonly syncing = new Set<string>();
  private written: string[] = [];

  constructor(private readonly id: RegExp) {}

  look(line: string): void {
    const [, thread = '', call = ''] = LINE.exec(line) ?? [];
    if (call === 'fsync' || call === 'fdatasync') this.sync(thread, line);
    else if (call === 'recvfrom' || call === 'read') this.move(line, undefined, 'read');
    else if (call === 'pwrite64') this.write(line);
    else this.send(line);
  }

  private write(line: string): void {
    if (line.includes(LOG_FILE)) this.written.push(...this.move(line, 'read', 'written'));
  }

  private sync(thread: string, line: string): void {
    if (line.includes(LOG_FILE)) this.syncing.add(thread);
    if (line.endsWith('<unfinished ...>') || !this.syncing.delete(thread)) return;
    if (!line.endsWith(' = 0')) return;
    this.syncs += 1;
    for (const found of this.written) this.stages.set(found, 'synced');
    this.written = [];
  }

  private send(line: string): void {
    this.inOrder += this.move(line, 'synced', 'sent').length;
    this.early += this.move(line, 'read', 'early').length + this.move(line, 'written', 'early').length;
  }

  /** Returns the messages in `line` that were at `from` and are at `to` now. */
  private move(line: string, from: Stage | undefined, to: Stage): string[] {
    const found = new Set(line.match(this.id));
    const moved = [...found].filter((message) => this.stages.get(message) === from);
    for (const message of moved) this.stages.set(message, to);
    return moved;
  }
}
