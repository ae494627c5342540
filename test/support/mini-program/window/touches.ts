import { CurrentWindowBackendContext, type Element, Event as PageEvent } from 'glass-easel';

const LONG_PRESS_MS = 350;
const MOVED_PX = 10;

/** The document with fingers on it: taps and touches reach the pages, and fingers that stay are long presses. */
export function touchableDocument(window: Window & typeof globalThis): CurrentWindowBackendContext {
  const backend = new CurrentWindowBackendContext();
  const presses = new LongPresses(window);
  backend.onEvent((target, type, detail, options) => {
    const original = options.originalEvent;
    const at = original instanceof window.Event ? original.target : null;
    if (type === 'tap' && (isDisabled(at) || presses.justEnded())) return;
    const event = new PageEvent(type, detail, { ...options, extraFields: touchesOf(detail) });
    PageEvent.dispatchEvent(target, event);
    return event.getEventBubbleStatus();
  });
  return backend;
}

/** A disabled button tells nobody of taps, nor does what is around it. */
function isDisabled(at: unknown): boolean {
  return at instanceof HTMLElement && at.closest('wx-button[disabled]') !== null;
}

function touchesOf(detail: unknown): Record<string, unknown> {
  const { touches, changedTouches } = (detail ?? {}) as { touches?: unknown; changedTouches?: unknown };
  return { touches: touches ?? [], changedTouches: changedTouches ?? [] };
}

interface Point {
  readonly clientX: number;
  readonly clientY: number;
}

class LongPresses {
  private timer = 0;
  private start: Point | null = null;
  private heard = false;

  constructor(private readonly window: Window & typeof globalThis) {
    const on = (type: string, listener: (event: Event) => void) =>
      window.document.addEventListener(type, listener, { capture: true });
    for (const type of ['touchstart', 'mousedown']) on(type, (event) => this.begin(event));
    for (const type of ['touchmove', 'mousemove']) on(type, (event) => this.move(event));
    for (const type of ['touchend', 'touchcancel', 'mouseup']) on(type, () => this.end());
  }

  /** Somebody heard a long press, so what follows is no tap. */
  justEnded(): boolean {
    return this.heard;
  }

  private begin(event: Event): void {
    this.end();
    this.heard = false;
    const point = pointOf(event);
    this.start = point;
    this.timer = this.window.setTimeout(() => this.press(event.target, point), LONG_PRESS_MS);
  }

  private move(event: Event): void {
    const point = pointOf(event);
    if (!this.start) return;
    const far = Math.hypot(point.clientX - this.start.clientX, point.clientY - this.start.clientY);
    if (far > MOVED_PX) this.end();
  }

  private end(): void {
    this.window.clearTimeout(this.timer);
    this.start = null;
  }

  private press(at: EventTarget | null, { clientX, clientY }: Point): void {
    const element = elementOf(at);
    if (!element) return;
    for (const type of ['longpress', 'longtap']) {
      this.heard ||= hears(element, type);
      const options = {
        bubbles: true,
        composed: true,
        capturePhase: true,
        extraFields: { touches: [], changedTouches: [] },
      };
      PageEvent.dispatchEvent(element, new PageEvent(type, { x: clientX, y: clientY }, options));
    }
  }
}

function pointOf(event: Event): Point {
  const { changedTouches } = event as Partial<TouchEvent>;
  const touch = changedTouches?.[0];
  if (touch) return touch;
  const { clientX = 0, clientY = 0 } = event as Partial<MouseEvent>;
  return { clientX, clientY };
}

function elementOf(at: EventTarget | null): Element | null {
  let node = at as (Node & { __wxElement?: Element }) | null;
  while (node && !node.__wxElement) node = node.parentNode;
  return node?.__wxElement ?? null;
}

/** Whether anybody listens on the way up. */
function hears(element: Element, type: string): boolean {
  for (let each: Element | null = element; each; each = each.getComposedParent()) {
    const { listeners } =
      (each as unknown as { _$eventTarget?: { listeners: Record<string, unknown> } })._$eventTarget ?? {};
    if (listeners?.[type]) return true;
  }
  return false;
}
