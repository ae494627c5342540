/** What every start tells the person who started it: where to go next. */
export function startBanner(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `
  Minim is running.

    Open      http://${reachable}:${port}/
    Connect   ws://${reachable}:${port}/websocket/A
    Stop      Ctrl+C

`;
}
