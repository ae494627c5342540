import { type Keep, kept } from './keep';

/** Who is signed in where, between two starts of the app. */
export interface Session {
  readonly server: string;
  readonly userId: string;
  /** Through WeChat, or by a user id alone, which only a server for development takes. */
  readonly how: 'wechat' | 'id';
}

/** Where to go when nobody has said otherwise: change it before you ship. */
export const DEFAULT_SERVER = 'ws://localhost:3000';

const SESSION = 'app session';
const SERVER = 'app server';
const DEVICE = 'app device';

export function keptSession(keep: Keep): Session | null {
  const value = kept(keep, SESSION);
  if (typeof value !== 'object' || value === null) return null;
  const { server, userId, how } = value as Partial<Session>;
  if (typeof server !== 'string' || typeof userId !== 'string') return null;
  return { server, userId, how: how === 'wechat' ? 'wechat' : 'id' };
}

export function keepSession(keep: Keep, session: Session | null): void {
  if (!session) return keep.remove(SESSION);
  keep.set(SESSION, JSON.stringify(session));
  keep.set(SERVER, session.server);
}

/** The server of the last session, or the first one of all. */
export function keptServer(keep: Keep): string {
  return keep.get(SERVER) || DEFAULT_SERVER;
}

/** Made up when the app is opened for the first time, and kept: a device outlives its connections. */
export function deviceId(keep: Keep): string {
  const before = keep.get(DEVICE);
  if (before) return before;
  const made = `wx-${Math.random().toString(36).slice(2)}`;
  keep.set(DEVICE, made);
  return made;
}

/** One form for each server, so that what is kept for it is found again. */
export function serverAddress(text: string): string {
  return text.trim().replace(/^http/, 'ws').replace(/\/+$/, '');
}
