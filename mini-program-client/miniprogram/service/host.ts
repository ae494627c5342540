import type { MiniProgramHost } from '../lib/minim';

/**
 * `wx` as the library gets it, with an ear on its socket: the library has no call for `typing` (MP-2.25), and does not tell
 * how this user is to be seen, which `welcome` says (MP-1.17). Frames that it does not know it passes over.
 */
export interface Host {
  readonly wx: MiniProgramHost;
  /** On the socket that is open now; into the void where there is none. */
  tell(frame: object): void;
}

export interface HostEvents {
  typing(fromUserId: string): void;
  welcome(profile: OwnProfile): void;
}

export interface OwnProfile {
  readonly nickname: string;
  readonly avatar: string;
}

type Options = Parameters<MiniProgramHost['connectSocket']>[0];

export function createHost(events: HostEvents): Host {
  let task: WechatMiniprogram.SocketTask | null = null;

  function hear(event: unknown): void {
    const frame = frameIn(event);
    if (!frame) return;
    if (frame.type === 'typing' && typeof frame.fromUserId === 'string') events.typing(frame.fromUserId);
    if (frame.type === 'welcome') events.welcome(profileIn(frame.profile));
  }

  return {
    wx: {
      connectSocket: (options: Options) => {
        const opened = wx.connectSocket(options as unknown as WechatMiniprogram.ConnectSocketOption);
        task = opened;
        return {
          onOpen: (listener: () => void) => opened.onOpen(listener),
          onMessage: (listener: (event: unknown) => void) =>
            opened.onMessage((event) => {
              listener(event);
              if (opened === task) hear(event);
            }),
          onError: (listener: (event: unknown) => void) => opened.onError(listener),
          onClose: (listener: (event: unknown) => void) => opened.onClose(listener),
          send: (sent: WechatMiniprogram.SocketTaskSendOption) => opened.send(sent),
          close: (closed: WechatMiniprogram.SocketTaskCloseOption) => opened.close(closed),
        };
      },
      request: (options) => wx.request(options as unknown as WechatMiniprogram.RequestOption),
      onAppShow: (listener) => wx.onAppShow(listener),
      offAppShow: (listener) => wx.offAppShow(listener),
      onAppHide: (listener) => wx.onAppHide(listener),
      offAppHide: (listener) => wx.offAppHide(listener),
      onNetworkStatusChange: (listener) => wx.onNetworkStatusChange(listener),
      offNetworkStatusChange: (listener) =>
        wx.offNetworkStatusChange(listener as WechatMiniprogram.OffNetworkStatusChangeCallback),
    },
    tell: (frame) => {
      if (task) task.send({ data: JSON.stringify(frame), fail: () => {} });
    },
  };
}

/** Most frames are none of these: only those that may be are looked into. */
function frameIn(event: unknown): Record<string, unknown> | null {
  const text = typeof event === 'object' && event !== null && 'data' in event ? event.data : null;
  if (typeof text !== 'string' || !/^\{"type":"(typing|welcome)"/.test(text)) return null;
  try {
    return JSON.parse(text);
  } catch (_) {
    return null;
  }
}

function profileIn(profile: unknown): OwnProfile {
  const { nickname, avatar } = Object(profile);
  return { nickname: String(nickname || ''), avatar: String(avatar || '') };
}
