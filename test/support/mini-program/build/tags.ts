/** What WeChat brings along; in the window each is called `wx-…`, because browsers know some of the names. */
const BUILT_IN = [
  'view',
  'text',
  'image',
  'button',
  'input',
  'textarea',
  'scroll-view',
  'swiper',
  'swiper-item',
  'icon',
  'progress',
  'rich-text',
  'navigator',
  'form',
  'label',
  'switch',
  'checkbox',
  'checkbox-group',
  'radio',
  'radio-group',
  'slider',
  'picker',
  'cover-view',
  'cover-image',
  'movable-area',
  'movable-view',
  'root-portal',
  'page-meta',
  'navigation-bar',
  'page-container',
];

const names = BUILT_IN.toSorted((one, other) => other.length - one.length).join('|');

/** A tag of WeChat's own in WXML, as far as its name. */
export const BUILT_IN_TAG = new RegExp(`<(/?)(${names})(?=[\\s/>])`, 'g');

/** A tag of WeChat's own in a selector; `page` is what holds a page. */
export const BUILT_IN_SELECTOR = new RegExp(`(?<![\\w.#:=["'-])(${names}|page)(?![\\w-])`, 'g');
