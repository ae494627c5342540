import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../shared/button.js';
import { useWords } from '../shared/language.js';
import type { Person, Target } from './person.js';
import { WORDS } from './words.js';
import './composer.css';

interface ComposerProps {
  readonly id: string;
  readonly person: Person;
  readonly other: string;
}

const KINDS: ReadonlyArray<Target['kind']> = ['direct', 'broadcast', 'room'];

/** To whom, and what. */
export function Composer({ id, person, other }: ComposerProps) {
  const words = useWords(WORDS);
  const [kind, setKind] = useState<Target['kind']>('direct');
  const [recipient, setRecipient] = useState<string>();
  const [roomName, setRoomName] = useState('lobby');
  const [text, setText] = useState('');
  const message = useRef<HTMLInputElement>(null);
  const names = { direct: words.direct, broadcast: words.everyone, room: words.room };
  const to = recipient ?? other;
  const maySend = person.isWanted && (kind !== 'room' || person.room !== undefined);

  const send = (event: Event) => {
    event.preventDefault();
    if (text === '' || !maySend) return;
    person.say(kind === 'direct' ? { kind, to } : { kind }, text);
    setText('');
  };

  return (
    <div class="composer">
      <fieldset class="whom">
        <legend class="for-readers">{words.whom}</legend>
        {KINDS.map((each) => (
          <label key={each} class="choice">
            <input type="radio" name={`${id}-whom`} checked={kind === each} onChange={() => setKind(each)} />
            <span>{names[each]}</span>
          </label>
        ))}
      </fieldset>
      {kind === 'direct' && (
        <input
          class="field"
          aria-label={words.recipient}
          value={to}
          maxLength={64}
          spellcheck={false}
          autocapitalize="off"
          onInput={({ currentTarget }) => setRecipient(currentTarget.value.trim())}
        />
      )}
      {kind === 'room' && (
        <RoomEntry
          person={person}
          name={roomName}
          onName={setRoomName}
          onEnter={() => {
            person.enter(roomName);
            message.current?.focus();
          }}
        />
      )}
      <form class="message" onSubmit={send}>
        <input
          ref={message}
          class="field"
          aria-label={words.message}
          placeholder={words.message}
          value={text}
          autocomplete="off"
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <Button kind="main" type="submit" disabled={!maySend}>
          {words.send}
        </Button>
      </form>
    </div>
  );
}

interface RoomEntryProps {
  readonly person: Person;
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly onEnter: () => void;
}

function RoomEntry({ person, name, onName, onEnter }: RoomEntryProps) {
  const words = useWords(WORDS);
  const { room } = person;
  const field = useRef<HTMLInputElement>(null);
  const hasLeft = useRef(false);
  useEffect(() => {
    if (room === undefined && hasLeft.current) field.current?.focus();
    hasLeft.current = false;
  }, [room]);
  if (room !== undefined) {
    const leave = () => {
      hasLeft.current = true;
      person.leave();
    };
    return (
      <div class="room">
        <p>
          <b>{room.name}</b> {!room.isIn && words.entering}
        </p>
        <Button onClick={leave}>{words.leave}</Button>
      </div>
    );
  }
  const enter = (event: Event) => {
    event.preventDefault();
    if (name !== '') onEnter();
  };
  return (
    <form class="room" onSubmit={enter}>
      <input
        ref={field}
        class="field"
        aria-label={words.roomName}
        value={name}
        maxLength={64}
        spellcheck={false}
        onInput={({ currentTarget }) => onName(currentTarget.value.trim())}
      />
      <Button type="submit" disabled={!person.isWanted}>
        {words.enter}
      </Button>
    </form>
  );
}
