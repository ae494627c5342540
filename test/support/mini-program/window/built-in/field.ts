import type { Platform } from '../platform.js';
import type { BuiltIn, BuiltInKind } from './built-in.js';
import { createField, type Field } from './field-looks.js';

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
      const { field, look } = createField(tag, element);
      for (const name of Object.keys(PROPERTIES)) look(name, element.values[name]);
      listen(element, field, look, keyboard);
      return look;
    },
  };
}

type Look = (name: string, value: unknown) => void;

function listen(element: BuiltIn, field: Field, look: Look, keyboard: Platform['keyboard']): void {
  const { values, tell, tellSoon } = element;
  const { ownerDocument } = field;
  const said = () => ({ value: field.value, cursor: field.selectionStart ?? field.value.length });
  const hear = (event: string, listener: (event: Event) => void) =>
    field.addEventListener(event, (happened) => {
      happened.stopPropagation();
      listener(happened);
    });
  hear('change', () => {});
  hear('input', () => {
    if (values.twoWay) element.set('value', field.value);
    tell('input', { ...said(), keyCode: 0 });
    look('typed', field.value);
  });
  const keepFocus = (event: Event) => {
    if (event.target !== field && values.holdKeyboard) event.preventDefault();
  };
  hear('focus', () => {
    ownerDocument.addEventListener('mousedown', keepFocus, { capture: true });
    const height = keyboard.raise(field, {
      spacing: values.adjustPosition ? Number(values.cursorSpacing) : null,
      told: (height) => tellSoon('keyboardheightchange', { height, duration: 0.25 }),
    });
    tellSoon('focus', { value: field.value, height });
  });
  hear('blur', () => {
    ownerDocument.removeEventListener('mousedown', keepFocus, { capture: true });
    keyboard.lower(field);
    tellSoon('blur', said());
  });
  hear('keydown', (event) => {
    const { key, isComposing } = event as KeyboardEvent;
    const confirms = field.tagName === 'INPUT' || values.confirmType === 'send';
    if (key !== 'Enter' || isComposing || !confirms) return;
    event.preventDefault();
    tell('confirm', { value: field.value });
    if (!values.confirmHold) field.blur();
  });
}
