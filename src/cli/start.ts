import type { Command } from './command.js';

/** The node itself, in this process: what `npm start` runs after a build. */
export const start: Command = {
  name: 'start',
  meaning: 'Starts the node and stays until SIGTERM or Ctrl+C.',
  words: [],
  flags: {},
  run: async () => {
    await import('../main.js');
    return 0;
  },
};
