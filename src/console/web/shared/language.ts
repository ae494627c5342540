import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { keep, kept } from './kept.js';

export type Language = 'en' | 'zh';

/** The same words in each language; the English ones say which there are. */
export type Words<W> = Readonly<Record<Language, W>>;

export const LanguageContext = createContext<Language>('en');

const KEY = 'minim-console-language';

/** What was chosen here before, else the first of the browser's languages that there is. */
export function firstLanguage(): Language {
  const chosen = kept(() => localStorage, KEY);
  if (chosen === 'en' || chosen === 'zh') return chosen;
  const known = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => /^(en|zh)$/.test(tag));
  return known === 'zh' ? 'zh' : 'en';
}

export function keepLanguage(language: Language): void {
  keep(() => localStorage, KEY, language);
}

export function useLanguage(): Language {
  return useContext(LanguageContext);
}

export function useWords<W>(words: Words<W>): W {
  return words[useContext(LanguageContext)];
}
