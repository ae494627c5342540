import type { Command } from './command.js';
import { config } from './config.js';
import { doctor } from './doctor.js';
import { explain } from './explain.js';
import { helpAbout } from './help.js';
import { start } from './start.js';
import { tail } from './tail.js';
import { token } from './token.js';

/** Every command but `help`, in the order in which it shows them. */
const WORKING: readonly Command[] = [start, config, token, doctor, explain, tail];

export const COMMANDS: readonly Command[] = [...WORKING, helpAbout(WORKING)];
