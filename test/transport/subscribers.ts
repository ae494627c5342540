import { WsClient } from '../support/ws-client.js';
import { Rig, type RigEvents, type RigOptions, type TransportName } from './rig.js';

/** uWebSockets.js gathers so many texts of a turn for one socket, and hands longer ones to each at once. */
export const UWS_TEXTS = 32;
export const UWS_TEXT_BYTES = 16 * 1024;

export type Publish = (topic: string, text: string) => void;

interface Setting {
  readonly paths: readonly string[];
  readonly events?: (publish: Publish) => Partial<RigEvents>;
  readonly options?: RigOptions['options'];
}

/** A rig with a client at each path. */
export async function open(name: TransportName, { paths, events, options }: Setting) {
  const publish: Publish = (topic, text) => rig.transport.publish(topic, text);
  const rig = await Rig.open(name, { events: events?.(publish) ?? {}, options: options ?? {} });
  const clients = new Map<string, WsClient>();
  for (const path of paths) clients.set(path, await WsClient.open(`ws://${rig.url}${path}`));
  const client = (path: string): WsClient => {
    const found = clients.get(path);
    if (found === undefined) throw new Error(`no client at ${path}`);
    return found;
  };
  return { rig, client, publish };
}

/** What this client is told up to the text `end`, or to the end itself. */
export async function told(client: WsClient): Promise<string[]> {
  const texts: string[] = [];
  for (;;) {
    const text = await client.nextText().catch(() => 'end');
    if (text === 'end') return texts;
    texts.push(text);
  }
}

export function numbered(word: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${word} ${i}`);
}
