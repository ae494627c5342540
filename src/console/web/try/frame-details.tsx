import { Button } from '../shared/button.js';
import { CopyButton } from '../shared/copy.js';
import { useLanguage, useWords } from '../shared/language.js';
import type { Passed } from './wire.js';
import { WORDS } from './words.js';

/** One frame whole, with what its rule is about. */
export function FrameDetails({ passed, onClose }: { passed: Passed; onClose: () => void }) {
  const words = useWords(WORDS);
  const language = useLanguage();
  const { rule, text, type, at } = passed;
  return (
    <section class="details" aria-label={`${words.frame} ${type}`}>
      <p>
        <b>{type}</b>
        {rule && (
          <>
            {' '}
            <span class="rule">{rule.rule}</span> {rule[language]}
          </>
        )}
        <time>{new Date(at).toLocaleTimeString(language, { hour12: false })}</time>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached with a keyboard */}
      <pre tabIndex={0}>{pretty(text)}</pre>
      <div class="details-do">
        <CopyButton text={text} label={words.frame} />
        <Button kind="quiet" onClick={onClose}>
          {words.close}
        </Button>
      </div>
    </section>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
