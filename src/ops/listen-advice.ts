/** What to do when the system does not let us listen, by its error code. */
export const LISTEN_ADVICE: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'another program has this port: set PORT to a free one'],
  ['EADDRNOTAVAIL', 'this machine does not have this address: set HOST to one that it has, or leave it out'],
  ['EACCES', 'this user may not take this port: set PORT to 1024 or above'],
]);
