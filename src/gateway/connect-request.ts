import type { ClaimedPlace } from '../messaging/where-to-begin.js';
import {
  DEVICE_ID_FORM,
  type DeviceId,
  isDeviceId,
  isUserId,
  isUserOfKey,
  USER_ID_FORM,
  type UserId,
} from '../model/ids.js';
import { bearerToken } from '../protocol/bearer.js';
import { describe } from '../protocol/decode.js';
import type { Credential } from './door.js';
import type { UpgradeRefusal, UpgradeRequest } from './transport/transport.js';

/** What a handshake asks for, parsed: PROTOCOL.md §1. */
export interface ConnectRequest {
  /** Absent for a guest, who is given an id [MP-1.3]. */
  readonly userId: UserId | undefined;
  readonly full: boolean;
  /** Absent on a full session whose device ends with the session [MP-1.5]. */
  readonly device: DeviceId | undefined;
  /** Full sessions only [MP-3.8]. */
  readonly claim: ClaimedPlace;
  /** Plain sessions only [MP-1.6]. */
  readonly echo: boolean;
  readonly serverHeartbeat: boolean;
  /** Asked for in token mode only [MP-1.19]. */
  readonly credential: Credential | undefined;
  readonly remoteAddress: string;
}

/** The device of a plain session that names none [MP-1.5]. */
const PLAIN_DEVICE = 'plain' as DeviceId;
const NO_CLAIM: ClaimedPlace = { cursor: undefined, epoch: undefined, broadcast: undefined };
const PATH = /^\/websocket(?:\/([^/]*)\/?)?$/;

const EXPECTED_USER_ID = `userId must be ${USER_ID_FORM}`;

class BadRequest extends Error {
  constructor(
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** Parses path and query, or says with which HTTP status and words to refuse. */
export function parseConnectRequest(
  request: Pick<UpgradeRequest, 'path' | 'query' | 'header'>,
  remoteAddress: string,
): ConnectRequest | UpgradeRefusal {
  const match = PATH.exec(request.path);
  if (match === null) return { status: 404, because: wrongPath(request.path) };
  try {
    return parse(match[1] ?? '', new URLSearchParams(request.query), request, remoteAddress);
  } catch (error) {
    if (error instanceof BadRequest) return { status: error.status, because: error.message };
    throw error;
  }
}

export function isUpgradeRefusal(parsed: ConnectRequest | UpgradeRefusal): parsed is UpgradeRefusal {
  return 'status' in parsed;
}

function parse(
  encodedUserId: string,
  query: URLSearchParams,
  request: Pick<UpgradeRequest, 'header'>,
  remoteAddress: string,
): ConnectRequest {
  const full = oneOf(query, 'v', ['1']) === '1';
  const device = query.get('device') ?? undefined;
  if (device !== undefined && !isDeviceId(device)) {
    throw new BadRequest(`device must be ${DEVICE_ID_FORM}, got ${describe(device)}`);
  }
  return {
    userId: encodedUserId === '' ? undefined : parseUserId(encodedUserId),
    full,
    device: device ?? (full ? undefined : PLAIN_DEVICE),
    claim: full ? claimOf(query) : NO_CLAIM,
    echo: oneOf(query, 'echo', ['0', '1']) === '1' && !full,
    serverHeartbeat: oneOf(query, 'heartbeat', ['client', 'server']) === 'server',
    credential: credentialOf(query, request.header('authorization')),
    remoteAddress,
  };
}

function credentialOf(query: URLSearchParams, authorization: string): Credential | undefined {
  const bearer = bearerToken(authorization);
  if (bearer !== undefined) return { kind: 'token', value: bearer };
  const ticket = query.get('ticket');
  if (ticket !== null) return { kind: 'ticket', value: ticket };
  const token = query.get('token');
  return token === null ? undefined : { kind: 'token', value: token };
}

function claimOf(query: URLSearchParams): ClaimedPlace {
  return {
    cursor: count(query, 'cursor'),
    epoch: query.get('epoch') ?? undefined,
    broadcast: count(query, 'broadcast'),
  };
}

function parseUserId(encoded: string): UserId {
  const userId = percentDecoded(encoded);
  if (userId === undefined)
    throw new BadRequest(`${EXPECTED_USER_ID}; ${describe(encoded)} is not percent-encoded UTF-8`);
  if (!isUserId(userId)) throw new BadRequest(`${EXPECTED_USER_ID}, got ${describe(userId)}`);
  if (userId === '.' || userId === '..') throw new BadRequest(`${EXPECTED_USER_ID}; ${describe(userId)} is a path`);
  if (isUserOfKey(userId)) throw new BadRequest(`${describe(userId)} is a user of an API key, who never connects`, 403);
  return userId;
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function oneOf(query: URLSearchParams, name: string, allowed: readonly string[]): string | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (!allowed.includes(value)) throw new BadRequest(`${name} must be ${allowed.join(' or ')}, got ${describe(value)}`);
  return value;
}

/** A number, or nothing if it is left out. */
function count(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new BadRequest(`${name} must be an integer from 0 to 2^53-1, got ${describe(value)}`);
}

function wrongPath(path: string): string {
  return `there is no WebSocket at ${describe(path)}; expected /websocket/:userId, where ${EXPECTED_USER_ID}`;
}
