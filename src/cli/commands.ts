import type { Command } from './command.js';
import { config } from './config.js';
import { doctor } from './doctor.js';
import { helpAbout } from './help.js';
import { start } from './start.js';
import { token } from './token.js';

/** Every command but `help`, in the order in which it shows them. What asks a running node goes here, too. */
const WORKING: readonly Command[] = [start, config, token, doctor];

export const COMMANDS: readonly Command[] = [...WORKING, helpAbout(WORKING)];
