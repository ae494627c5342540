import { useEffect, useState } from 'preact/hooks';
import { Button } from '../shared/button.js';
import { useLanguage, useWords } from '../shared/language.js';
import { type Life, lifeFrom, type Step } from './life.js';
import { type Operator, wordsOf } from './operator.js';
import { after, exactTime, timeAndDay } from './times.js';
import { WORDS } from './words.js';
import './life-view.css';

interface LifeViewProps {
  readonly operator: Operator;
  /** Which message was chosen, here or elsewhere on the page; another object each time, also for the same. */
  readonly chosen: { readonly messageId: string } | undefined;
  readonly onChoose: (messageId: string) => void;
  readonly onUser: (userId: string) => void;
}

type Answer = { readonly life: Life } | { readonly none: string } | undefined;

/** Why did this message not arrive? */
export function LifeView({ operator, chosen, onChoose, onUser }: LifeViewProps) {
  const words = useWords(WORDS);
  const [typed, setTyped] = useState('');
  const [answer, setAnswer] = useState<Answer>();
  const [isAsking, setAsking] = useState(false);
  useEffect(() => {
    if (chosen === undefined) return undefined;
    const asked = new AbortController();
    setTyped(chosen.messageId);
    setAsking(true);
    look(operator, chosen.messageId, asked.signal).then((told) => {
      if (asked.signal.aborted) return;
      setAnswer(told);
      setAsking(false);
    });
    return () => asked.abort();
  }, [chosen, operator]);
  const submit = (event: Event) => {
    event.preventDefault();
    if (typed.trim() !== '') onChoose(typed.trim());
  };
  return (
    <section class="panel life" aria-labelledby="life-title">
      <h2 id="life-title" tabIndex={-1}>
        {words.whyNot}
      </h2>
      <form class="life-form" onSubmit={submit}>
        <label class="label" for="life-id">
          messageId
        </label>
        <input
          id="life-id"
          class="field code"
          value={typed}
          placeholder="2bc9e98f1c-7"
          maxLength={64}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <Button kind="main" type="submit" disabled={isAsking}>
          {words.look}
        </Button>
      </form>
      <div aria-live="polite" aria-busy={isAsking}>
        {answer === undefined && <p class="hint">{words.whyNotHint}</p>}
        {answer !== undefined && 'none' in answer && (
          <p class="told bad">
            {words.noSuch} <span lang="en">{answer.none}</span>
          </p>
        )}
        {answer !== undefined && 'life' in answer && <LifeShown life={answer.life} onUser={onUser} />}
      </div>
    </section>
  );
}

async function look(operator: Operator, messageId: string, signal: AbortSignal): Promise<Answer> {
  try {
    const life = lifeFrom(await operator.ask(`/api/v1/messages/${encodeURIComponent(messageId)}/life`, { signal }));
    return life === undefined ? { none: '?' } : { life };
  } catch (error) {
    return { none: wordsOf(error) };
  }
}

function LifeShown({ life, onUser }: { life: Life; onUser: (userId: string) => void }) {
  const words = useWords(WORDS);
  const { kind, fromUserId, to, seq, steps, why } = life;
  const [stored] = steps;
  return (
    <>
      <p class="from-to">
        <UserButton userId={fromUserId} onUser={onUser} />
        <span aria-hidden="true"> → </span>
        <span class="for-readers"> {words.to} </span>
        {kind === 'message' && to !== undefined ? (
          <UserButton userId={to} onUser={onUser} />
        ) : (
          <b>{to === undefined ? words.everyone : words.theRoom(to)}</b>
        )}
        <span class="soft"> · seq {seq}</span>
      </p>
      <ol class="line-of-life" aria-label={words.lifeLine}>
        {steps.map((step, index) => (
          <StepShown key={index} step={step} since={stored?.at} />
        ))}
      </ol>
      <p class="why" lang="en">
        {why}
      </p>
    </>
  );
}

function StepShown({ step, since }: { step: Step; since: number | undefined }) {
  const words = useWords(WORDS);
  const language = useLanguage();
  const { kind, mark, at, what = '', number = 0, drainedAt, endedAt, endCode, seenAt } = step;
  const time = (ms: number) => exactTime(ms, language);
  const notes = [
    ...(drainedAt === undefined ? [] : [words.drained(time(drainedAt))]),
    ...(endedAt === undefined ? [] : [words.ended(endCode ?? 0, time(endedAt))]),
    ...(seenAt === undefined ? [] : [words.seen(timeAndDay(seenAt, language))]),
  ];
  return (
    <li class={`step-of-life ${mark}`}>
      <span class="mark" aria-hidden="true">
        {{ done: '✓', open: '', bad: '!' }[mark]}
      </span>
      <b class="what">{words.steps[kind](what, number)}</b>
      {at !== undefined && (
        <time dateTime={new Date(at).toISOString()} title={new Date(at).toISOString()}>
          {time(at)}
          {since !== undefined && at !== since && <span class="soft"> {after(at - since, language)}</span>}
        </time>
      )}
      {notes.map((note) => (
        <span key={note} class="soft">
          {note}
        </span>
      ))}
    </li>
  );
}

function UserButton({ userId, onUser }: { userId: string; onUser: (userId: string) => void }) {
  return (
    <button type="button" class="as-link" onClick={() => onUser(userId)}>
      {userId}
    </button>
  );
}
