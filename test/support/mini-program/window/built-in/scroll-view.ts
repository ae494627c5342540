import type { BuiltIn, BuiltInKind } from './built-in.js';

export const scrollView: BuiltInKind = {
  tag: 'wx-scroll-view',
  properties: {
    scrollX: Boolean,
    scrollY: Boolean,
    scrollTop: { type: null, value: '' },
    scrollLeft: { type: null, value: '' },
    scrollIntoView: String,
    scrollIntoViewAlignment: String,
    scrollWithAnimation: Boolean,
    upperThreshold: { type: Number, value: 50 },
    lowerThreshold: { type: Number, value: 50 },
    scrollAnchoring: Boolean,
    enhanced: Boolean,
    bounces: { type: Boolean, value: true },
    showScrollbar: { type: Boolean, value: true },
    fastDeceleration: Boolean,
    enableFlex: Boolean,
    enableBackToTop: Boolean,
    enablePassive: Boolean,
    pagingEnabled: Boolean,
    refresherEnabled: Boolean,
    refresherTriggered: Boolean,
    refresherThreshold: Number,
    refresherDefaultStyle: String,
    refresherBackground: String,
  },
  attached(element) {
    const { host, values } = element;
    look(element);
    host.tabIndex = 0;
    host.addEventListener('scroll', scrolling(element));
    intoView(host, String(values.scrollIntoView));
    place(host, 'scrollTop', values.scrollTop);
    return (name, value) => {
      if (name === 'scrollIntoView') intoView(host, String(value));
      else if (name === 'scrollTop' || name === 'scrollLeft') place(host, name, value);
      else look(element);
    };
  },
};

function look({ host, values }: BuiltIn): void {
  host.style.overflowX = values.scrollX ? 'auto' : 'hidden';
  host.style.overflowY = values.scrollY ? 'auto' : 'hidden';
  host.style.setProperty('overflow-anchor', values.scrollAnchoring ? 'auto' : 'none');
  host.toggleAttribute('enable-flex', values.enableFlex === true);
  host.toggleAttribute('no-scrollbar', values.enhanced === true && values.showScrollbar === false);
}

/** After what is set along with it is on the screen. */
function place(host: HTMLElement, side: 'scrollTop' | 'scrollLeft', value: unknown): void {
  if (value === '' || value === null || value === undefined) return;
  queueMicrotask(() => {
    host[side] = Number(value);
  });
}

/** The ids of one component have something before them that is its own. */
function intoView(host: HTMLElement, id: string): void {
  if (!id) return;
  queueMicrotask(() => {
    const target = [...host.querySelectorAll('[id]')].find((each) => each.id === id || each.id.endsWith(`--${id}`));
    if (!target) return;
    const border = Number.parseFloat(getComputedStyle(host).borderTopWidth) || 0;
    host.scrollTop += target.getBoundingClientRect().top - host.getBoundingClientRect().top - border;
  });
}

/** Tells of an end once, when it is reached. */
function scrolling({ host, values, tell }: BuiltIn): (event: Event) => void {
  let last = { top: 0, left: 0 };
  let atTop = true;
  let atBottom = false;
  return (event) => {
    event.stopImmediatePropagation();
    const { scrollTop, scrollLeft, scrollHeight, scrollWidth, clientHeight } = host;
    const moved = { deltaX: last.left - scrollLeft, deltaY: last.top - scrollTop };
    last = { top: scrollTop, left: scrollLeft };
    tell('scroll', { scrollTop, scrollLeft, scrollHeight, scrollWidth, ...moved });
    const top = scrollTop <= Number(values.upperThreshold);
    const bottom = scrollHeight - clientHeight - scrollTop <= Number(values.lowerThreshold);
    if (top && !atTop) tell('scrolltoupper', { direction: 'top' });
    if (bottom && !atBottom) tell('scrolltolower', { direction: 'bottom' });
    atTop = top;
    atBottom = bottom;
  };
}
