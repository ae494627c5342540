import { useWords, type Words } from '../shared/language.js';

const EN = { title: 'Look after it', soon: 'Nothing here yet.' };
const WORDS: Words<typeof EN> = { en: EN, zh: { title: '运维', soon: '暂无内容。' } };

/** @param isShown false while another view is looked at: nothing should be asked of the server then */
export function LookAfterIt({ isShown }: { isShown: boolean }) {
  const words = useWords(WORDS);
  return (
    <section aria-labelledby="operate-title" data-shown={isShown}>
      <h1 id="operate-title">{words.title}</h1>
      <p>{words.soon}</p>
    </section>
  );
}
