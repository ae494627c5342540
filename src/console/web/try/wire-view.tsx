import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../shared/button.js';
import { useChanges } from '../shared/changes.js';
import { useLanguage, useWords } from '../shared/language.js';
import { FrameDetails } from './frame-details.js';
import { Lane } from './lane.js';
import { type Passed, SHOWN_FRAMES, type Wire } from './wire.js';
import { WORDS } from './words.js';
import './wire-view.css';

const NEAR_END_PX = 24;
/** Of a frame's text, in the list. */
const SHOWN_CHARACTERS = 200;

interface WireViewProps {
  readonly wire: Wire;
  readonly left: string;
  readonly right: string;
}

/** Every frame as it goes by, as a sequence diagram: the two users, and the server between them. */
export function WireView({ wire, left, right }: WireViewProps) {
  const words = useWords(WORDS);
  const language = useLanguage();
  useChanges(wire.changes);
  const [held, setHeld] = useState<readonly Passed[]>();
  const [chosen, setChosen] = useState<Passed>();
  const shown = held ?? wire.passed;
  const count = wire.frames.toLocaleString(language);
  const clear = () => {
    wire.clear();
    setHeld(undefined);
    setChosen(undefined);
  };
  const section = useRef<HTMLElement>(null);
  const close = () => {
    setChosen(undefined);
    section.current?.querySelector<HTMLElement>('.frames')?.focus();
  };
  return (
    <section ref={section} class="panel wire" aria-labelledby="wire-title">
      <div class="wire-head">
        <h2 id="wire-title">{words.wire}</h2>
        <p class="count" data-frames={wire.frames}>
          {words.frames(count)}
          {wire.frames > SHOWN_FRAMES && <>, {words.lastShown(SHOWN_FRAMES)}</>}
        </p>
        <Button kind="quiet" onClick={() => setHeld(held === undefined ? wire.passed : undefined)}>
          {held === undefined ? words.hold : words.goOn}
        </Button>
        <Button kind="quiet" onClick={clear}>
          {words.clear}
        </Button>
      </div>
      <div class="ends" aria-hidden="true">
        <span class="left">{left}</span>
        <span class="server">{words.server}</span>
        <span class="right">{right}</span>
      </div>
      {shown.length === 0 ? (
        <p class="empty">{words.wireEmpty}</p>
      ) : (
        <Frames shown={shown} chosen={chosen} onChoose={setChosen} names={{ left, right }} />
      )}
      {chosen !== undefined && <FrameDetails passed={chosen} onClose={close} />}
    </section>
  );
}

interface FramesProps {
  readonly shown: readonly Passed[];
  readonly chosen: Passed | undefined;
  readonly onChoose: (passed: Passed | undefined) => void;
  readonly names: Readonly<Record<Passed['side'], string>>;
}

/** One stop on the way of the tab key; arrow keys go from frame to frame. */
function Frames({ shown, chosen, onChoose, names }: FramesProps) {
  const words = useWords(WORDS);
  const list = useRef<HTMLUListElement>(null);
  // As it stands before this is drawn: whoever has scrolled up to read stays there.
  const wasAtEnd = isAtEnd(list.current);
  useLayoutEffect(() => {
    if (wasAtEnd) list.current?.scrollTo({ top: list.current.scrollHeight });
  });
  useEffect(() => {
    if (chosen !== undefined) document.getElementById(idOf(chosen))?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextOf(event.key, shown, chosen);
    if (next === undefined) return;
    event.preventDefault();
    onChoose(next === 'none' ? undefined : next);
  };
  return (
    <ul
      ref={list}
      class="frames"
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a list to choose from, see the ARIA practices on listboxes
      role="listbox"
      tabIndex={0}
      aria-label={`${words.wire}. ${words.wireHelp}`}
      aria-activedescendant={chosen && shown.includes(chosen) ? idOf(chosen) : undefined}
      onKeyDown={onKeyDown}
    >
      {shown.map((passed) => (
        <FrameRow
          key={passed.number}
          passed={passed}
          name={names[passed.side]}
          isChosen={passed === chosen}
          onChoose={onChoose}
        />
      ))}
    </ul>
  );
}

interface FrameRowProps {
  readonly passed: Passed;
  readonly name: string;
  readonly isChosen: boolean;
  readonly onChoose: (passed: Passed) => void;
}

function FrameRow({ passed, name, isChosen, onChoose }: FrameRowProps) {
  const words = useWords(WORDS);
  const { side, direction, type, rule, text, summary, isFrame } = passed;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list that it is in has the keys
    <li
      id={idOf(passed)}
      class={`frame ${side} ${isFrame ? '' : 'link'}`}
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: as above
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      onClick={() => onChoose(passed)}
    >
      <Lane side={side} direction={direction} />
      <span class="for-readers">{direction === 'out' ? words.sends(name) : words.gets(name)}: </span>
      <span class="type">{type}</span> <span class="rule">{rule?.rule}</span>
      <code>{(text === '1006' ? words.gone : summary).slice(0, SHOWN_CHARACTERS)}</code>
    </li>
  );
}

function isAtEnd(list: HTMLElement | null): boolean {
  return list === null || list.scrollTop + list.clientHeight > list.scrollHeight - NEAR_END_PX;
}

function idOf({ number }: Passed): string {
  return `frame-${number}`;
}

function nextOf(key: string, shown: readonly Passed[], chosen: Passed | undefined): Passed | 'none' | undefined {
  const at = chosen === undefined ? shown.length : shown.indexOf(chosen);
  switch (key) {
    case 'ArrowUp':
      return shown[Math.max(0, at - 1)];
    case 'ArrowDown':
      return shown[Math.min(shown.length - 1, at + 1)];
    case 'Home':
      return shown[0];
    case 'End':
      return shown.at(-1);
    case 'Escape':
      return 'none';
    default:
      return undefined;
  }
}
