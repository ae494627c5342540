import { checkAuth, checkKeys } from './auth.js';
import { checkClock } from './clock.js';
import { checkDirectory, checkFileSystem, checkRoom, checkSpeed } from './disk.js';
import type { Check } from './finding.js';
import { checkMemory, checkNode, checkOpenFiles } from './machine.js';
import { checkMetricsPort, checkPort, checkTransport } from './network.js';

/** Everything that is looked at, in the order in which it is told. What a store or a bus elsewhere needs goes here, too. */
export const CHECKS: readonly Check[] = [
  { name: 'node', run: checkNode },
  { name: 'transport', run: checkTransport },
  { name: 'port', run: checkPort },
  { name: 'metrics port', run: checkMetricsPort },
  { name: 'auth', run: checkAuth },
  { name: 'keys', run: checkKeys },
  { name: 'open files', run: checkOpenFiles },
  { name: 'memory', run: checkMemory },
  { name: 'clock', run: checkClock },
  { name: 'data directory', run: checkDirectory },
  { name: 'file system', run: checkFileSystem },
  { name: 'room', run: checkRoom },
  { name: 'disk speed', run: checkSpeed },
];
