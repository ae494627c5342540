import { type Words, wordsFor } from '../words/words';

/** What the phone is like. Older base libraries have one call for all of it, newer ones have several. */

interface Phone {
  readonly language?: string;
  /** In px; 16 unless people have set another one. */
  readonly fontSizeSetting?: number;
}

function phone(): Phone {
  try {
    const base: Phone = wx.getAppBaseInfo ? wx.getAppBaseInfo() : {};
    return base.fontSizeSetting && base.language ? base : { ...wx.getSystemInfoSync(), ...base };
  } catch (_) {
    return {};
  }
}

const NORMAL_PX = 16;

/** By how much texts are larger than normal, as a style for the root of a page: all sizes are multiples of it. */
export function textScale(): string {
  const size = phone().fontSizeSetting || NORMAL_PX;
  return `--t: ${Math.min(Math.max(size / NORMAL_PX, 0.85), 1.6).toFixed(2)};`;
}

export function words(): Words {
  return wordsFor(phone().language || 'en');
}
