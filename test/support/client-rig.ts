import type { MinimClient } from '../../mini-program-client/src/api.js';
import { createClient } from '../../mini-program-client/src/client.js';
import type { ClientOptions } from '../../mini-program-client/src/options.js';
import { ManualClock } from './client-clock.js';
import { ScriptedPlatform, type ScriptedSocket, ScriptedTransport, WELCOME } from './client-hosts.js';

/** A client in a world that the test moves: its time, its network, its foreground. */
export interface Rig {
  readonly client: MinimClient;
  readonly clock: ManualClock;
  readonly transport: ScriptedTransport;
  readonly platform: ScriptedPlatform;
  /** The phases it went through. */
  readonly phases: readonly string[];
  /** Connects and answers as the server does; the socket it is on. */
  connected(): ScriptedSocket;
}

/** `random` is what every draw gives: 0.5 unless told. */
export function rig(options: Partial<ClientOptions> & { readonly draw?: number } = {}): Rig {
  const clock = new ManualClock();
  const transport = new ScriptedTransport();
  const platform = new ScriptedPlatform();
  const { draw = 0.5, ...settings } = options;
  const client = createClient({
    url: 'ws://localhost:3000',
    userId: 'A',
    device: 'phone',
    transport,
    platform,
    clock,
    random: () => draw,
    ...settings,
  });
  const phases: string[] = [];
  client.on('state', (state) => phases.push(state.phase));
  const connected = () => {
    client.connect();
    transport.last.open();
    transport.last.receive(WELCOME);
    return transport.last;
  };
  return { client, clock, transport, platform, phases, connected };
}
