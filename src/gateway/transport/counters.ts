import type { TransportCounters } from './transport.js';

export function newCounters(): TransportCounters {
  return {
    connections: 0,
    connectionsCut: 0,
    open: 0,
    opened: 0,
    refused: 0,
    framesIn: 0,
    framesCut: 0,
    framesOut: 0,
    buffered: 0,
    dropped: 0,
    bodiesCut: 0,
  };
}
