import type { HttpRequest } from './http.js';

/**
 * The few names of `wx` that this library uses. `tt`, `my`, `swan`, `qq`, `uni` and `Taro` have them too, with small
 * differences that the transport knows.
 */
export interface MiniProgramHost {
  /** Gives a `SocketTask`, or the promise of one (Taro). */
  connectSocket(options: ConnectSocketOptions): unknown;

  request?(options: HttpOptions): unknown;

  onAppShow?(listener: () => void): void;
  offAppShow?(listener: () => void): void;
  onAppHide?(listener: () => void): void;
  offAppHide?(listener: () => void): void;
  onNetworkStatusChange?(listener: (status: NetworkStatus) => void): void;
  offNetworkStatusChange?(listener: unknown): void;

  /** my has one object in the place of the parameters, and wraps what it gives. */
  getStorageSync?(key: unknown): unknown;
  setStorageSync?(key: unknown, value?: unknown): unknown;
  removeStorageSync?(key: unknown): unknown;
}

export interface HttpOptions extends HttpRequest {
  /** my has this name for the header. */
  readonly headers: Readonly<Record<string, string>>;
  success(result: unknown): void;
  fail(error: unknown): void;
}

export interface NetworkStatus {
  readonly isConnected: boolean;
}

export interface ConnectSocketOptions {
  readonly url: string;
  /** In milliseconds. */
  readonly timeout: number;
  readonly tcpNoDelay: boolean;
  /** my gives a `SocketTask` only to those who ask for one. */
  readonly multiple: boolean;
  /** uni gives a `SocketTask` only to those who pass a callback. */
  success(): void;
  fail(error: unknown): void;
}

/** There is no `off*` that all have: whoever listens once listens for the life of the socket. */
export interface SocketTask {
  onOpen(listener: () => void): unknown;
  onMessage(listener: (event: unknown) => void): unknown;
  onError(listener: (event: unknown) => void): unknown;
  onClose(listener: (event: unknown) => void): unknown;
  send(options: { readonly data: string; fail(error: unknown): void }): unknown;
  close(options: { readonly code: number; fail(error: unknown): void }): unknown;
}
