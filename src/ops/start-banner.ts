/** Said loudly wherever a node starts that believes everyone. */
export const OPEN_MODE_WARNING =
  'MINIM_AUTH=open: anyone connects as anyone and reads their messages; where others can reach this node, set MINIM_AUTH=token';

/** What every start tells the person who started it: where to go next. */
export function startBanner(host: string, port: number, isOpen: boolean): string {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `
  Minim is running.

    Open      http://${reachable}:${port}/
    Connect   ws://${reachable}:${port}/websocket/A
    Stop      Ctrl+C
${isOpen ? `\n    WARNING   ${OPEN_MODE_WARNING}\n` : ''}
`;
}
