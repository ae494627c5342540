import { useState } from 'preact/hooks';
import { isObject } from '../shared/ask.js';
import { Button } from '../shared/button.js';
import { useWords } from '../shared/language.js';
import { Confirm } from './confirm.js';
import { Conversations } from './conversations.js';
import { type Operator, wordsOf } from './operator.js';
import { Say } from './say.js';
import { type Device, Devices, type Session, Sessions } from './sessions.js';
import { TailView } from './tail-view.js';
import { useAnswer } from './use-answer.js';
import { WORDS } from './words.js';

const MAX_REASON = 200;

interface UserPanelProps {
  readonly operator: Operator;
  readonly userId: string;
  readonly beat: number;
  /** False while nobody looks. */
  readonly isLive: boolean;
  readonly onMessage: (messageId: string) => void;
}

interface Facts {
  readonly sessions: readonly Session[];
  readonly devices: readonly Device[];
  readonly head: number;
}

/** One user: where he is, how far each device is, what happens to his messages, and what can be done. */
export function UserPanel({ operator, userId, beat, isLive, onMessage }: UserPanelProps) {
  const words = useWords(WORDS);
  const [notEnded, setNotEnded] = useState('');
  const [ending, setEnding] = useState<{ readonly device?: string }>();
  const base = `/api/v1/users/${encodeURIComponent(userId)}`;
  const [changes, setChanges] = useState(0);
  const told = useAnswer(operator, `${base}/sessions`, beat + changes);
  const facts = told.answer === undefined ? undefined : factsFrom(told.answer);
  const problem = told.problem || notEnded;

  const end = async (device: string | undefined, reason: string) => {
    setEnding(undefined);
    const query = new URLSearchParams({ ...(device && { device }), ...(reason && { reason }) });
    try {
      await operator.ask(`${base}/sessions?${query}`, { method: 'DELETE' });
      setNotEnded('');
      setChanges((count) => count + 1);
    } catch (error) {
      setNotEnded(wordsOf(error));
    }
  };
  return (
    <section class="panel user-panel" aria-labelledby="user-title">
      <div class="section-head">
        <h2 id="user-title" tabIndex={-1}>
          {userId}
        </h2>
        <p class={facts?.sessions.length ? 'state good' : 'state'} role="status">
          {facts && (facts.sessions.length > 0 ? words.isOnline(facts.sessions.length) : words.isAway)}
        </p>
        <Button kind="danger" disabled={!facts?.sessions.length} onClick={() => setEnding({})}>
          {words.disconnect}
        </Button>
      </div>
      {problem !== '' && <p class="told bad">{problem}</p>}
      {facts !== undefined && (
        <>
          <Sessions sessions={facts.sessions} head={facts.head} onEnd={(device) => setEnding({ device })} />
          <Devices devices={facts.devices} head={facts.head} />
        </>
      )}
      <Conversations operator={operator} userId={userId} beat={beat} onMessage={onMessage} />
      <Say operator={operator} toUserId={userId} onMessage={onMessage} />
      <TailView key={userId} operator={operator} userId={userId} isLive={isLive} onMessage={onMessage} />
      {ending !== undefined && (
        <EndSessions
          userId={userId}
          device={ending.device}
          onEnd={(reason) => end(ending.device, reason)}
          onCancel={() => setEnding(undefined)}
        />
      )}
    </section>
  );
}

interface EndSessionsProps {
  readonly userId: string;
  readonly device: string | undefined;
  readonly onEnd: (reason: string) => void;
  readonly onCancel: () => void;
}

function EndSessions({ userId, device, onEnd, onCancel }: EndSessionsProps) {
  const words = useWords(WORDS);
  const [reason, setReason] = useState('');
  return (
    <Confirm
      title={words.endTitle(userId, device)}
      act={words.disconnect}
      isDanger={true}
      onAct={() => onEnd(reason.trim())}
      onCancel={onCancel}
    >
      <p>{words.endText}</p>
      <label class="label" for="end-reason">
        {words.endReason}
      </label>
      <input
        id="end-reason"
        class="field"
        maxLength={MAX_REASON}
        onInput={({ currentTarget }) => setReason(currentTarget.value)}
      />
    </Confirm>
  );
}

function factsFrom(answer: unknown): Facts {
  const { sessions = [], devices = [], head = 0 } = isObject(answer) ? answer : {};
  return {
    // As the server's document says; what is shown of it is text.
    sessions: Array.isArray(sessions) ? sessions.filter(isObject).map(sessionFrom) : [],
    devices: Array.isArray(devices) ? devices.filter(isObject).map(deviceFrom) : [],
    head: Number(head),
  };
}

function sessionFrom(session: Readonly<Record<string, unknown>>): Session {
  const { sessionId, device, remoteAddress, full, current, since, bufferedBytes, written } = session;
  return {
    sessionId: String(sessionId),
    device: String(device),
    remoteAddress: String(remoteAddress),
    isFull: full === true,
    isCurrent: current === true,
    since: Number(since),
    bufferedBytes: Number(bufferedBytes),
    ...(typeof written === 'number' && { written }),
  };
}

function deviceFrom({ deviceId, cursor, seenAt }: Readonly<Record<string, unknown>>): Device {
  return { deviceId: String(deviceId), cursor: Number(cursor), seenAt: Number(seenAt) };
}
