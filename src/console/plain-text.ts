const HOST = /^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:]+\](:\d{1,5})?$/;

/** A request's own host, as it came; one that is none would be repeated in a page. */
export function hostOrDefault(host: string | undefined): string {
  return host !== undefined && HOST.test(host) ? host : 'localhost:3000';
}

/** What `curl` sees at `/`, and everybody where there is no page: where to connect, and three lines to try. */
export function plainText(host: string, secure: boolean, aboutThePage: string): string {
  const base = `${secure ? 'wss' : 'ws'}://${host}/websocket`;
  return `Minim is running: a WebSocket for each user, text in, text out.

  Connect    ${base}/A
             A is the user id: 1 to 64 of A-Z a-z 0-9 _ . @ -

  Try it in two terminals

    npx wscat -c ${base}/A
    npx wscat -c ${base}/B

  and type as A

    ping                                  you get {"type":"pong"}
    {"toUserId":"B","message":"hello"}    B gets it, and only B; if B is away, when B comes
    good morning, everyone                everyone online gets it as a broadcast, you too

  For machines    GET /health/live, /health/ready, /docs-json
  In a browser    ${aboutThePage}
`;
}
