/** Said loudly wherever a node starts that believes everyone. */
export const OPEN_MODE_WARNING =
  'MINIM_AUTH=open: anyone connects as anyone and reads their messages; where others can reach this node, set MINIM_AUTH=token';

interface StartOptions {
  readonly isOpen: boolean;
  readonly hasConsole: boolean;
}

/** What every start tells the person who started it: where to go next. */
export function startBanner(host: string, port: number, { isOpen, hasConsole }: StartOptions): string {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  const lines = [
    ...(hasConsole ? [`Open      http://${reachable}:${port}/   and try it: two users side by side`] : []),
    `Connect   ws://${reachable}:${port}/websocket/A`,
    'Stop      Ctrl+C',
    ...(isOpen ? ['', `WARNING   ${OPEN_MODE_WARNING}`] : []),
  ];
  return `\n  Minim is running.\n\n${lines.map((line) => (line === '' ? '' : `    ${line}`)).join('\n')}\n\n`;
}
