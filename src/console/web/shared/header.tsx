import { type Language, useLanguage, useWords, type Words } from './language.js';
import { ADDRESS, type View } from './view.js';

const EN = {
  skip: 'Skip to the content',
  views: 'Views',
  try: 'Try it',
  operate: 'Look after it',
  language: 'Language',
};

const WORDS: Words<typeof EN> = {
  en: EN,
  zh: { skip: '跳到正文', views: '页面', try: '试一试', operate: '运维', language: '语言' },
};

const LANGUAGES: ReadonlyArray<readonly [Language, string, string]> = [
  ['en', 'EN: English', 'EN'],
  ['zh', '中文', '中文'],
];

export function Header({ view, onLanguage }: { view: View; onLanguage: (language: Language) => void }) {
  const words = useWords(WORDS);
  const language = useLanguage();
  return (
    <header class="top">
      <button type="button" class="skip" onClick={skip}>
        {words.skip}
      </button>
      <a class="brand" href={ADDRESS.try}>
        <Note />
        Minim
      </a>
      <nav aria-label={words.views}>
        {(['try', 'operate'] as const).map((each) => (
          <a key={each} href={ADDRESS[each]} aria-current={view === each ? 'page' : undefined}>
            {words[each]}
          </a>
        ))}
      </nav>
      <fieldset class="languages">
        <legend class="for-readers">{words.language}</legend>
        {LANGUAGES.map(([code, name, short]) => (
          <button
            key={code}
            type="button"
            lang={code}
            aria-label={name}
            title={name}
            aria-pressed={language === code}
            onClick={() => onLanguage(code)}
          >
            {short}
          </button>
        ))}
      </fieldset>
    </header>
  );
}

/** No link: those change the address, which says the view. */
function skip(): void {
  document.getElementById('main')?.focus();
}

/** A minim: the note that is half as long as the whole one. */
function Note() {
  return (
    <svg class="note" viewBox="0 0 20 28" aria-hidden="true">
      <path d="M15.6 2v18.5" />
      <ellipse cx="9.6" cy="21.4" rx="5.9" ry="4.2" transform="rotate(-24 9.6 21.4)" />
    </svg>
  );
}
