import type { ClientFrameType, ServerFrameType } from '../../../protocol/frames.js';

/** A rule of PROTOCOL.md, and what it is about, shortly. */
export interface Rule {
  readonly rule: string;
  readonly en: string;
  readonly zh: string;
}

/** By what a client sends: the rule that says what comes of it. */
export const RULES_OUT: { readonly [T in ClientFrameType]: Rule } = {
  ping: { rule: 'MP-2.2', en: 'asks for a sign of life', zh: '询问对方是否在线' },
  message: { rule: 'MP-3.1', en: 'stored, then acked, then delivered', zh: '先落盘，再确认，再投递' },
  broadcast: { rule: 'MP-2.18', en: 'goes to every session of everyone', zh: '发给所有人的所有会话' },
  received: {
    rule: 'MP-3.8',
    en: 'everything up to here is safely with this device',
    zh: '到此为止都已安全到达本设备',
  },
  read: { rule: 'MP-3.12', en: 'a person has seen the conversation up to here', zh: '会话已读到此处' },
  recall: { rule: 'MP-3.9', en: 'takes a message back', zh: '撤回一条消息' },
  typing: { rule: 'MP-2.25', en: 'tells the other that somebody is typing', zh: '告诉对方正在输入' },
  history: { rule: 'MP-2.23', en: 'asks for earlier messages', zh: '查询历史消息' },
  conversations: { rule: 'MP-2.24', en: 'asks for the conversations, latest first', zh: '查询会话列表' },
  token: { rule: 'MP-1.21', en: 'shows who this is', zh: '出示身份令牌' },
  join: { rule: 'MP-4.4', en: 'enters a room', zh: '进入房间' },
  leave: { rule: 'MP-4.6', en: 'leaves a room', zh: '离开房间' },
  profile: { rule: 'MP-2.28', en: 'says how this user is to be called', zh: '设置昵称和头像' },
  block: { rule: 'MP-2.29', en: 'refuses what a user sends', zh: '屏蔽某个用户' },
  unblock: { rule: 'MP-2.29', en: 'takes a block back', zh: '取消屏蔽' },
  blocked: { rule: 'MP-2.29', en: 'asks who is blocked', zh: '查询屏蔽名单' },
  watch: { rule: 'MP-7.1', en: 'wants to know who is online', zh: '订阅在线状态' },
  unwatch: { rule: 'MP-7.1', en: 'no more of that', zh: '取消订阅在线状态' },
};

/** By what the server sends. */
export const RULES_IN: { readonly [T in ServerFrameType]: Rule } = {
  welcome: { rule: 'MP-1.17', en: 'the session begins, and here', zh: '会话开始，以及从哪里开始' },
  pong: { rule: 'MP-2.3', en: 'a sign of life', zh: '在线应答' },
  message: { rule: 'MP-2.15', en: 'a message, to every session of this user', zh: '一条消息，发往该用户的每个会话' },
  broadcast: { rule: 'MP-4.1', en: 'a broadcast, stored once for everyone', zh: '一条广播，只存一份' },
  ack: { rule: 'MP-3.4', en: 'it is on disk: nothing acked is lost', zh: '已落盘：确认过的绝不丢失' },
  recalled: { rule: 'MP-3.9', en: 'a message was taken back', zh: '一条消息已被撤回' },
  synced: { rule: 'MP-3.5', en: 'caught up; live from here', zh: '补发完毕，之后为实时消息' },
  toolong: { rule: 'MP-3.10', en: 'away for too long: these are not kept', zh: '离开太久：这些消息已不再保留' },
  receipt: { rule: 'MP-3.12', en: 'how far the other side has it', zh: '对方收到或读到了哪里' },
  typing: { rule: 'MP-2.25', en: 'somebody is typing', zh: '对方正在输入' },
  history: { rule: 'MP-2.23', en: 'earlier messages', zh: '历史消息' },
  conversations: { rule: 'MP-2.24', en: 'the conversations', zh: '会话列表' },
  joined: { rule: 'MP-4.4', en: 'in the room, with whom', zh: '已进入房间，以及房间里有谁' },
  entered: { rule: 'MP-4.7', en: 'somebody came into the room', zh: '有人进入房间' },
  left: { rule: 'MP-4.7', en: 'somebody left the room', zh: '有人离开房间' },
  members: { rule: 'MP-4.9', en: 'who is in the room', zh: '房间成员' },
  profile: { rule: 'MP-2.28', en: 'how somebody is called now', zh: '有人修改了昵称或头像' },
  blocked: { rule: 'MP-2.29', en: 'who is blocked', zh: '屏蔽名单' },
  presence: { rule: 'MP-7.1', en: 'somebody came online or went', zh: '有人上线或下线' },
  goaway: { rule: 'MP-6.4', en: 'the node is going; come back a little later', zh: '节点即将停止，请稍后重连' },
  error: { rule: 'MP-2.22', en: 'refused, and why', zh: '被拒绝，以及原因' },
};

/** What goes to a room, or comes from one. */
export const ROOM_MESSAGE: Rule = { rule: 'MP-4.5', en: 'said in a room', zh: '房间里的一句话' };
/** What a token is answered. */
export const TOKEN_ACK: Rule = { rule: 'MP-1.21', en: 'the token is good until then', zh: '令牌有效期至此' };
export const CONNECTING: Rule = {
  rule: 'MP-1.4',
  en: 'connects, and understands every frame',
  zh: '建立连接，并能理解所有帧',
};
export const CLOSING: Rule = { rule: 'MP-6.2', en: 'the connection is closed', zh: '连接关闭' };

/** The rule that a frame goes by, and its type; what is no frame of this version has none. */
export function ruleOf(direction: 'out' | 'in', text: string): { readonly type: string; readonly rule?: Rule } {
  const frame = parse(text);
  const { type } = frame;
  if (typeof type !== 'string') return { type: '?' };
  if (type === 'message' && typeof frame.room === 'string') return { type, rule: ROOM_MESSAGE };
  if (type === 'ack' && 'expiresAt' in frame) return { type, rule: TOKEN_ACK };
  const rules: Readonly<Record<string, Rule>> = direction === 'out' ? RULES_OUT : RULES_IN;
  const rule = Object.hasOwn(rules, type) ? rules[type] : undefined;
  return rule === undefined ? { type } : { type, rule };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  if (/^\s*ping\s*$/i.test(text)) return { type: 'ping' };
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
