/** The page frame of a mini-program, as its sockets name it: the app id stands in its path. */
const MINI_PROGRAM = /^https:\/\/servicewechat\.com\/(wx[0-9a-f]{16})\//;

/** Whose pages and mini-programs may connect, against pages that do so in a visitor's name. */
export class Origins {
  private readonly origins: ReadonlySet<string>;
  private readonly appIds: ReadonlySet<string>;

  /** Origins and app ids together; without any, everyone may. */
  constructor(allowed: readonly string[]) {
    this.origins = new Set(allowed.filter((each) => each.includes('://')));
    this.appIds = new Set(allowed.filter((each) => !each.includes('://')));
  }

  get areLimited(): boolean {
    return this.origins.size + this.appIds.size > 0;
  }

  /** `undefined` if it may, else why not. A client that sends no Origin is no browser; our own page always may. */
  refuse(origin: string, referer: string, host: string): string | undefined {
    if (!this.areLimited) return undefined;
    const appId = MINI_PROGRAM.exec(referer)?.[1];
    if (appId !== undefined && this.appIds.size > 0 && !this.appIds.has(appId)) {
      return `mini-program ${appId} may not connect here`;
    }
    if (origin === '' || appId !== undefined) return undefined;
    const isOurs = origin === `http://${host}` || origin === `https://${host}`;
    return isOurs || this.origins.has(origin) ? undefined : `pages of ${JSON.stringify(origin)} may not connect here`;
  }
}
