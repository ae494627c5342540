import type { MiniProgramHost, NetworkStatus } from './mini-program-host.js';
import type { Platform } from './platform.js';

/** Foreground, background and network of a mini-program: pass `wx` or what stands for it. */
export function wxPlatform(host: MiniProgramHost): Platform {
  return {
    listen(tell) {
      // The socket is kept: for the first seconds in the background it still works, and often the app comes right back.
      const hide = () => tell({ type: 'background', drop: false });
      const show = () => tell({ type: 'foreground' });
      const network = (status: NetworkStatus) => tell({ type: 'network', up: status.isConnected });
      call(host, host.onAppHide, hide);
      call(host, host.onAppShow, show);
      call(host, host.onNetworkStatusChange, network);
      return () => {
        call(host, host.offAppHide, hide);
        call(host, host.offAppShow, show);
        call(host, host.offNetworkStatusChange, network);
      };
    },
  };
}

/** Not every platform has every one of them. */
function call<Listener>(host: MiniProgramHost, method: ((listener: Listener) => void) | undefined, listener: Listener) {
  if (method) method.call(host, listener);
}
