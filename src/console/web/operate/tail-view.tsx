import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Button } from '../shared/button.js';
import { useChanges } from '../shared/changes.js';
import { useLanguage, useWords } from '../shared/language.js';
import type { Operator } from './operator.js';
import { Tail } from './tail.js';
import { exactTime } from './times.js';
import { WORDS } from './words.js';

interface TailViewProps {
  readonly operator: Operator;
  readonly userId: string;
  readonly isLive: boolean;
  readonly onMessage: (messageId: string) => void;
}

const NEAR_END_PX = 24;

/** What happens to the user's messages, as it happens; never what they say. */
export function TailView({ operator, userId, isLive, onMessage }: TailViewProps) {
  const words = useWords(WORDS);
  const language = useLanguage();
  const tail = useMemo(() => new Tail(operator, userId), [operator, userId]);
  const [isWanted, setWanted] = useState(true);
  useChanges(tail.changes);
  useEffect(() => {
    if (isWanted && isLive) tail.start();
    else tail.stop();
  }, [tail, isWanted, isLive]);
  useEffect(() => () => tail.stop(), [tail]);
  const list = useRef<HTMLOListElement>(null);
  const { current: box } = list;
  const wasAtEnd = box === null || box.scrollTop + box.clientHeight > box.scrollHeight - NEAR_END_PX;
  useLayoutEffect(() => {
    if (wasAtEnd) list.current?.scrollTo({ top: list.current.scrollHeight });
  });
  return (
    <div class="tail">
      <div class="section-head">
        <h3 id="tail-title">{words.tail}</h3>
        <p class={tail.trouble ? 'state bad' : tail.isOn ? 'state good' : 'state'}>
          {tail.trouble || (tail.isOn ? words.following : words.notFollowing)}
        </p>
        <Button kind="quiet" onClick={() => setWanted(!isWanted)}>
          {isWanted ? words.hold : words.goOn}
        </Button>
      </div>
      {tail.events.length === 0 && <p class="hint">{words.tailEmpty(userId)}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <ol ref={list} class="events" aria-labelledby="tail-title" tabIndex={0} hidden={tail.events.length === 0}>
        {tail.events.map(({ number, type, at, messageId, rest }) => (
          <li key={number}>
            <time class="when">{exactTime(at, language)}</time>
            <b>{type === 'missed' ? words.missed : type}</b>
            <span class="rest">
              {messageId !== undefined && (
                <button type="button" class="as-link code" onClick={() => onMessage(messageId)}>
                  {messageId}
                </button>
              )}
              {rest.map(([name, value]) => (
                <span key={name}>
                  <span class="soft">{name}</span> {value}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
