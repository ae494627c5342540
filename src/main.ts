/** Starts the program. Wrong settings are told before the rest is loaded, which takes most of a start. */
import { ConfigError, readConfig } from './config/config.js';
import { LISTEN_ADVICE } from './ops/listen-advice.js';

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const { serve } = await import('./serve.js');
  await serve(config);
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const advice = 'code' in error ? LISTEN_ADVICE.get(String(error.code)) : undefined;
  return advice === undefined ? error.message : `${error.message}; ${advice}`;
}

start().catch((error: unknown) => {
  process.stderr.write(`minim: ${explain(error)}\n`);
  process.exit(1);
});
