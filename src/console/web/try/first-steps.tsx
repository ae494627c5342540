import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../shared/button.js';
import { useWords } from '../shared/language.js';
import { type Guide, STEPS, type Step } from './guide.js';
import { WORDS } from './words.js';
import './first-steps.css';

interface FirstStepsProps {
  readonly guide: Guide;
  readonly one: string;
  readonly other: string;
  readonly asksForToken: boolean;
}

/** What to do first, one thing after the other; a button does it for those who would rather watch. */
export function FirstSteps({ guide, one, other, asksForToken }: FirstStepsProps) {
  const words = useWords(WORDS);
  const about = words.step(one, other);
  const done = guide.done();
  const current = guide.current();
  const list = useRef<HTMLOListElement>(null);
  const acted = useRef(false);
  useEffect(() => {
    // The button that was pressed is gone; who goes on by keyboard finds the next one where the focus is.
    if (acted.current && current !== undefined) list.current?.querySelector('button')?.focus();
    acted.current = false;
  }, [current]);
  const act = (step: Step) => {
    const field = step === 'connect' ? emptyTokenField() : undefined;
    if (field !== undefined) return field.focus();
    acted.current = true;
    guide.act(step, words.say);
  };
  return (
    <ol ref={list} class="steps" aria-label={words.steps}>
      {STEPS.map((step, index) => (
        <li
          key={step}
          class={done.has(step) ? 'step done' : step === current ? 'step current' : 'step'}
          aria-current={step === current ? 'step' : undefined}
        >
          <span class="mark" aria-hidden="true">
            {done.has(step) ? '✓' : index + 1}
          </span>
          <div>
            <h2>
              {about[step].title}
              {done.has(step) && <span class="for-readers"> ({words.done})</span>}
            </h2>
            <p>{step === 'connect' && asksForToken ? words.connectWithTokens : about[step].text}</p>
            {step === current && (
              <Button kind="main" onClick={() => act(step)}>
                {about[step].act}
              </Button>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** Where a token has to be typed first. */
function emptyTokenField(): HTMLInputElement | undefined {
  const fields = document.querySelectorAll<HTMLInputElement>('.token input');
  return [...fields].find(({ value }) => value === '');
}
