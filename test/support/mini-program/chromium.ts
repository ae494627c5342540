import { type Browser, chromium } from 'playwright-core';
import { need, needFile } from '../apt.js';

const FONTS = [
  ['/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc', 'fonts-noto-cjk'],
  ['/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf', 'fonts-noto-color-emoji'],
] as const;

/** Nothing that calls home; and any origin may ask any other, as `wx.request` may. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-web-security',
];

/** The path of Debian's Chromium; `undefined` where there is none and it cannot be installed, for a suite to be skipped. */
export const chromiumPath = need('chromium', 'chromium');

/** Whether text of all the world can be drawn, for pictures; installs what is missing. */
export function needFonts(): boolean {
  return FONTS.every(([path, aptPackage]) => needFile(path, aptPackage) !== undefined);
}

/** A browser without a window, with a profile that nobody used before. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath ?? '', headless: true, args: FLAGS });
}
