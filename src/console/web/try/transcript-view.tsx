import { useEffect, useRef } from 'preact/hooks';
import { useWords } from '../shared/language.js';
import type { Person } from './person.js';
import type { Line } from './transcript.js';
import { WORDS } from './words.js';
import './transcript-view.css';

/** What one user sees. Those who have it read to them are told what is new. */
export function TranscriptView({ person }: { person: Person }) {
  const words = useWords(WORDS);
  const { lines } = person.transcript;
  const list = useRef<HTMLOListElement>(null);
  const last = lines.at(-1)?.number;
  useEffect(() => {
    if (last !== undefined) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [last]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached with a keyboard
    <div class="transcript" role="log" aria-label={words.conversation(person.userId)} tabIndex={0}>
      {lines.length === 0 && (
        <p class="empty">{person.isConnected ? words.emptyConnected(person.userId) : words.empty}</p>
      )}
      <ol ref={list}>
        {lines.map((line) => (
          <LineView key={line.number} line={line} />
        ))}
      </ol>
    </div>
  );
}

function LineView({ line }: { line: Line }) {
  const words = useWords(WORDS);
  const { kind, isOwn, from, to = '', text, fate, wasMissed } = line;
  if (kind === 'note') return <li class="note-line">{text}</li>;
  if (kind === 'caught-up') return <li class="caught-up">{words.caughtUp(Number(text))}</li>;
  const where = { direct: isOwn ? words.to(to) : '', broadcast: words.toEveryone, room: words.inRoom(to) }[kind];
  return (
    <li class={`line ${isOwn ? 'own' : ''} ${wasMissed ? 'missed' : ''}`}>
      <p class="head">
        <b>{isOwn ? words.you : from}</b> {where}
      </p>
      <p class="said">{text}</p>
      {(fate || wasMissed) && (
        <p class={`fate ${fate ?? 'missed'}`}>{fate === undefined ? words.missed : words.fate[fate]}</p>
      )}
    </li>
  );
}
