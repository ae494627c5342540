import { Button } from '../shared/button.js';
import { useLanguage, useWords } from '../shared/language.js';
import { Scrolling } from './scrolling.js';
import { timeAndDay } from './times.js';
import { WORDS } from './words.js';

export interface Session {
  readonly sessionId: string;
  readonly device: string;
  readonly remoteAddress: string;
  readonly isFull: boolean;
  readonly isCurrent: boolean;
  readonly since: number;
  readonly bufferedBytes: number;
  readonly written?: number;
}

export interface Device {
  readonly deviceId: string;
  readonly cursor: number;
  readonly seenAt: number;
}

interface SessionsProps {
  readonly sessions: readonly Session[];
  /** The last number of the inbox. */
  readonly head: number;
  readonly onEnd: (device: string) => void;
}

/** Where the user is, and what waits for each session. */
export function Sessions({ sessions, head, onEnd }: SessionsProps) {
  const words = useWords(WORDS);
  const language = useLanguage();
  if (sessions.length === 0) return null;
  return (
    <Scrolling title={words.sessions} heads={words.sessionHeads}>
      {sessions.map(({ sessionId, device, isFull, isCurrent, since, remoteAddress, bufferedBytes, written }) => (
        <tr key={sessionId}>
          <th scope="row">
            {device || '–'}
            <span class="soft"> {isCurrent ? (isFull ? words.full : words.plain) : words.setAside}</span>
          </th>
          <td>{timeAndDay(since, language)}</td>
          <td>{remoteAddress}</td>
          <td>
            {written ?? '–'} / {head}
          </td>
          <td class={bufferedBytes > 0 ? 'warn' : ''}>{words.bytes(bufferedBytes.toLocaleString(language))}</td>
          <td>
            <Button kind="quiet" label={`${words.disconnect}: ${device}`} onClick={() => onEnd(device)}>
              {words.disconnect}
            </Button>
          </td>
        </tr>
      ))}
    </Scrolling>
  );
}

/** How far each device is that the server remembers, here or not. */
export function Devices({ devices, head }: { devices: readonly Device[]; head: number }) {
  const words = useWords(WORDS);
  const language = useLanguage();
  if (devices.length === 0) return <p class="hint">{words.noDevices(head)}</p>;
  return (
    <Scrolling title={words.devices} heads={words.deviceHeads}>
      {devices.map(({ deviceId, cursor, seenAt }) => (
        <tr key={deviceId}>
          <th scope="row">{deviceId === '~' ? words.plainSessions : deviceId}</th>
          <td>
            {cursor} / {head}
          </td>
          <td class={cursor < head ? 'warn' : 'good'}>{cursor < head ? words.behind(head - cursor) : words.level}</td>
          <td>{seenAt > 0 ? timeAndDay(seenAt, language) : '–'}</td>
        </tr>
      ))}
    </Scrolling>
  );
}
