import type { Theme } from '../mini-program/program.js';

/** What a story is told on. */
export interface Look {
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
  /** What people have set; `usual` is 16 px in WeChat. */
  readonly text: 'small' | 'usual' | 'large';
}

/** In pixels, as WeChat gives them. */
export const FONT_SIZES: Readonly<Record<Look['text'], number>> = { small: 14, usual: 16, large: 21 };

/** `430x932-dark-large`: the end of a picture's name. */
export function nameOf({ width, height, theme, text }: Look): string {
  return [`${width}x${height}`, theme, ...(text === 'usual' ? [] : [text])].join('-');
}

const SMALL_PHONE = { width: 320, height: 568 };
const LARGE_PHONE = { width: 430, height: 932 };

/** The smallest phone and a large one, in light and in dark, with text as small and as large as people set it. */
export const PHONE_LOOKS: readonly Look[] = [
  { ...LARGE_PHONE, theme: 'light', text: 'usual' },
  { ...LARGE_PHONE, theme: 'dark', text: 'usual' },
  { ...LARGE_PHONE, theme: 'light', text: 'large' },
  { ...SMALL_PHONE, theme: 'light', text: 'small' },
  { ...SMALL_PHONE, theme: 'dark', text: 'large' },
];
