import type { Http } from './http.js';
import type { MiniProgramHost } from './mini-program-host.js';
import { tryTo } from './storage.js';
import { field, settle } from './wx-events.js';

/** HTTP of a mini-program platform; nothing where the host has none. */
export function wxHttp(host: MiniProgramHost): Http | undefined {
  const { request: send } = host;
  if (!send) return undefined;
  return {
    request(request, done) {
      // my fails where the status is none of success, and has other names for it and for the header.
      const told = (result: unknown) =>
        done(Number(field(result, 'statusCode') || field(result, 'status')) || 0, field(result, 'data'));
      const task = send.call(host, Object.assign({ headers: request.header, success: told, fail: told }, request));
      settle(task);
      // What gives no task ends by itself.
      return () => tryTo(() => Object(task).abort());
    },
  };
}
