import { useWords } from '../shared/language.js';
import { WORDS } from './words.js';

/** Two users side by side, and what goes over the wire between them. */
export function TryIt() {
  const words = useWords(WORDS);
  return (
    <section aria-labelledby="try-title">
      <h1 id="try-title">{words.title}</h1>
    </section>
  );
}
