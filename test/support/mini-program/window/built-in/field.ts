import type { Platform } from '../platform.js';
import type { BuiltIn, BuiltInKind } from './built-in.js';

const PROPERTIES = {
  value: String,
  /** `model:value` stands there; without it the page's data knows nothing of what is typed. */
  twoWay: Boolean,
  type: { type: String, value: 'text' },
  password: Boolean,
  name: String,
  placeholder: String,
  placeholderStyle: String,
  placeholderClass: String,
  disabled: Boolean,
  /** -1 is no limit. */
  maxlength: { type: Number, value: 140 },
  cursorSpacing: Number,
  focus: Boolean,
  confirmType: { type: String, value: 'done' },
  confirmHold: Boolean,
  adjustPosition: { type: Boolean, value: true },
  holdKeyboard: Boolean,
  autoHeight: Boolean,
  fixed: Boolean,
  showConfirmBar: { type: Boolean, value: true },
  disableDefaultPadding: Boolean,
  cursor: { type: Number, value: -1 },
  selectionStart: { type: Number, value: -1 },
  selectionEnd: { type: Number, value: -1 },
  alwaysEmbed: Boolean,
};

/** `input` and `textarea`: a real one inside, whose own events nobody outside hears. */
export function fieldKind(tag: 'input' | 'textarea', { keyboard }: Platform): BuiltInKind {
  return {
    tag: `wx-${tag}`,
    properties: PROPERTIES,
    attached(element) {
      const { host } = element;
      const field = host.ownerDocument.createElement(tag);
      const looks = lookOf(element, field);
      for (const name of Object.keys(PROPERTIES)) looks(name, element.values[name]);
      listen(element, field, keyboard);
      host.append(field);
      return looks;
    },
  };
}

type Field = HTMLInputElement | HTMLTextAreaElement;

function lookOf({ host, values }: BuiltIn, field: Field): (name: string, value: unknown) => void {
  const looks: Readonly<Record<string, (value: never) => void>> = {
    value: (value: string) => {
      if (field.value !== value) field.value = value;
      grow(field, values.autoHeight === true);
    },
    password: (hidden: boolean) => {
      if (field.tagName === 'INPUT') field.setAttribute('type', hidden ? 'password' : 'text');
    },
    type: (type: string) => field.setAttribute('inputmode', KEYBOARDS[type] ?? 'text'),
    placeholder: (text: string) => field.setAttribute('placeholder', text),
    disabled: (disabled: boolean) => {
      field.disabled = disabled;
    },
    maxlength: (most: number) => {
      if (most >= 0) field.maxLength = most;
      else field.removeAttribute('maxlength');
    },
    confirmType: (type: string) => field.setAttribute('enterkeyhint', type),
    focus: (focused: boolean) => {
      if (focused) queueMicrotask(() => field.focus());
      else if (host.ownerDocument.activeElement === field) field.blur();
    },
    autoHeight: (auto: boolean) => grow(field, auto),
    ariaLabel: (label: string) => field.setAttribute('aria-label', label),
  };
  const label = host.getAttribute('aria-label');
  if (label) field.setAttribute('aria-label', label);
  return (name, value) => looks[name]?.(value as never);
}

const KEYBOARDS: Readonly<Record<string, string>> = { number: 'numeric', digit: 'decimal', idcard: 'text' };

/** As high as its text. */
function grow(field: Field, auto: boolean): void {
  if (field.tagName !== 'TEXTAREA' || !auto) return;
  field.style.height = 'auto';
  if (field.scrollHeight > 0) field.style.height = `${field.scrollHeight}px`;
}

function listen(element: BuiltIn, field: Field, keyboard: Platform['keyboard']): void {
  const cursor = () => field.selectionStart ?? field.value.length;
  let lines = 1;
  const hear = (event: string, listener: (event: Event) => void) =>
    field.addEventListener(event, (happened) => {
      happened.stopPropagation();
      listener(happened);
    });
  hear('input', () => {
    const { value } = field;
    if (element.values.twoWay) element.set('value', value);
    element.tell('input', { value, cursor: cursor(), keyCode: 0 });
    grow(field, element.values.autoHeight === true);
    const now = value.split('\n').length;
    if (field.tagName === 'TEXTAREA' && now !== lines)
      element.tell('linechange', { height: field.scrollHeight, lineCount: now });
    lines = now;
  });
  hear('change', () => {});
  hear('focus', () => {
    const moves = element.values.adjustPosition === true;
    const height = keyboard.raise(field, {
      spacing: moves ? Number(element.values.cursorSpacing) : null,
      told: (height) => element.tell('keyboardheightchange', { height, duration: 0.25 }),
    });
    element.tell('focus', { value: field.value, height });
  });
  hear('blur', () => {
    keyboard.lower(field);
    element.tell('blur', { value: field.value, cursor: cursor() });
  });
  hear('keydown', (event) => {
    const { key, isComposing } = event as KeyboardEvent;
    const confirms = field.tagName === 'INPUT' || element.values.confirmType === 'send';
    if (key !== 'Enter' || isComposing || !confirms) return;
    event.preventDefault();
    element.tell('confirm', { value: field.value });
    if (!element.values.confirmHold) field.blur();
  });
}
