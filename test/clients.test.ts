import { expect, it } from 'vitest';
import { DocCode, scriptOf } from './support/doc-code.js';
import { complaintsAbout } from './support/doc-types.js';

const code = new DocCode('docs/clients.md', () => 'ws://localhost:3000');

/** As @dcloudio/types and @tarojs/taro have them, and no more than is used. */
const PLATFORMS = `
  interface Result { errMsg: string }
  interface Callbacks { success?: (result: Result) => void; fail?: (result: Result) => void }
  interface SocketTask {
    send(options: Callbacks & { data: string | ArrayBuffer }): void
    close(options: Callbacks & { code?: number; reason?: string }): void
    onOpen(callback: (result: { header: object }) => void): void
    onMessage(callback: (result: { data: string | ArrayBuffer }) => void): void
    onError(callback: (result: Result) => void): void
    onClose(callback: (result: { code: number; reason: string }) => void): void
  }
  interface Platform {
    onNetworkStatusChange(callback: (result: { isConnected: boolean; networkType: string }) => void): void
    offNetworkStatusChange(callback: (result: { isConnected: boolean; networkType: string }) => void): void
    getStorageSync(key: string): any
    setStorageSync(key: string, data: any): void
    removeStorageSync(key: string): void
  }
  declare const uni: Platform & { connectSocket(options: Callbacks & { url: string; header?: object }): SocketTask }
  declare module '@tarojs/taro' {
    const Taro: Platform & { connectSocket(options: Callbacks & { url: string }): Promise<SocketTask> }
    export default Taro
  }`;

it('docs/clients.md shows code that compiles', { timeout: 60_000 }, () => {
  expect(code.names).toEqual(['uni-app', 'uni-app-lifecycle', 'taro', 'browser', 'node', 'node-storage']);
  const typed = code.names.filter((name) => name !== 'browser');
  const files = Object.fromEntries(typed.map((name) => [`${name}.ts`, code.read(name)]));
  // Where nothing of the page is known, querySelector may find nothing.
  const page = scriptOf(code.read('browser')).replace("'#messages')", "'#messages')?");
  expect(complaintsAbout({ ...files, 'browser.js': page, 'platforms.d.ts': PLATFORMS })).toEqual([]);
});
