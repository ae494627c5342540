/**
 * What the load generator is told, and what Minim on uWebSockets.js should reach of the router's throughput. Where
 * `durable`, Minim's messages are stored, and both cores are for the server and the load alike.
 */
export const SCENARIOS = {
  direct1: { load: 'crowd', sessions: 200, inFlight: 1, target: 1.2, unit: 'messages' },
  direct16: { load: 'crowd', sessions: 200, inFlight: 16, target: 2.5, unit: 'messages' },
  pairs1: { load: 'pairs', sessions: 200, inFlight: 1, unit: 'messages' },
  pairs16: { load: 'pairs', sessions: 200, inFlight: 16, target: 2.5, unit: 'messages' },
  pings: { load: 'pings', sessions: 200, inFlight: 1, target: 0.95, unit: 'pings' },
  broadcast: { load: 'broadcast', sessions: 1000, inFlight: 1, target: 0.95, unit: 'deliveries' },
  durable1: { durable: true, sessions: 200, inFlight: 1, unit: 'messages' },
  durable16: { durable: true, sessions: 200, inFlight: 16, target: 0.3, unit: 'messages', atHalf: true },
};
