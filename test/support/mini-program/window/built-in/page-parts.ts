import type { Platform } from '../platform.js';
import type { BuiltInKind } from './built-in.js';

/** `page-meta`: what a page says of itself in its own WXML. */
export function pageMeta({ fontSize }: Platform): BuiltInKind {
  return {
    tag: 'wx-page-meta',
    properties: {
      rootFontSize: String,
      pageStyle: String,
      pageFontSize: String,
      backgroundColor: String,
      backgroundTextStyle: String,
      rootBackgroundColor: String,
      backgroundColorTop: String,
      backgroundColorBottom: String,
      scrollTop: String,
      scrollDuration: Number,
      pageOrientation: String,
    },
    attached({ host, values }) {
      const look = () => {
        const page = host.closest<HTMLElement>('wx-page');
        const root = host.ownerDocument.documentElement;
        if (!page) return;
        const size = (asked: unknown) => (asked === 'system' ? `${fontSize()}px` : String(asked));
        page.style.cssText = `${layoutOf(page)}${values.pageStyle}`;
        if (values.pageFontSize) page.style.fontSize = size(values.pageFontSize);
        if (values.rootFontSize) root.style.fontSize = size(values.rootFontSize);
      };
      look();
      return look;
    },
  };
}

/** What the screen itself said of the page's place. */
function layoutOf(page: HTMLElement): string {
  return Array.from({ length: page.style.length }, (_, index) => page.style.item(index))
    .filter((name) => name.startsWith('--'))
    .map((name) => `${name}:${page.style.getPropertyValue(name)};`)
    .join('');
}

export function navigationBar({ setTitle }: Platform): BuiltInKind {
  return {
    tag: 'wx-navigation-bar',
    properties: { title: String, loading: Boolean, frontColor: String, backgroundColor: String },
    attached({ values }) {
      const look = () => {
        if (values.title) setTitle(String(values.title));
      };
      look();
      return look;
    },
  };
}
