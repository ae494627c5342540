import type { BuiltIn } from './built-in.js';

export type Field = HTMLInputElement | HTMLTextAreaElement;

type Looks = Readonly<Record<string, (value: never) => void>>;

const KEYBOARDS: Readonly<Record<string, string>> = { number: 'numeric', digit: 'decimal' };

/** The field itself within its element, and what each property changes in it. */
export function createField(
  tag: 'input' | 'textarea',
  element: BuiltIn,
): { readonly field: Field; look(name: string, value: unknown): void } {
  const { host } = element;
  const field = host.ownerDocument.createElement(tag);
  const hint = host.ownerDocument.createElement('wx-placeholder');
  const label = host.getAttribute('aria-label');
  if (label) field.setAttribute('aria-label', label);
  const box = host.ownerDocument.createElement('wx-field');
  box.append(field, hint);
  host.append(box);
  const size = tag === 'textarea' ? new TextSize(element, field as HTMLTextAreaElement) : null;
  const looks = { ...fieldLooks(host, field), ...hintLooks(element, field, hint) };
  const look = (name: string, value: unknown) => {
    const known: Looks = looks;
    known[name]?.(value as never);
    hint.hidden = field.value !== '';
    if (name === 'value' || name === 'typed' || name === 'autoHeight') size?.look();
  };
  return { field, look };
}

function fieldLooks(host: HTMLElement, field: Field) {
  return {
    value: (value: string) => {
      if (field.value !== value) field.value = value;
    },
    password: (hidden: boolean) => {
      if (field.tagName === 'INPUT') field.setAttribute('type', hidden ? 'password' : 'text');
    },
    type: (type: string) => field.setAttribute('inputmode', KEYBOARDS[type] ?? 'text'),
    name: (name: string) => field.setAttribute('name', name),
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
    ariaLabel: (label: string) => field.setAttribute('aria-label', label),
  };
}

/** What stands in an empty field is an element of its own, so that the page's classes reach it. */
function hintLooks({ classes }: BuiltIn, field: Field, hint: HTMLElement) {
  hint.setAttribute('aria-hidden', 'true');
  return {
    placeholder: (text: string) => {
      field.placeholder = text;
      hint.textContent = text;
    },
    placeholderClass: (names: string) => {
      hint.className = classes(names);
    },
    placeholderStyle: (style: string) => {
      hint.style.cssText = style;
    },
  };
}

/** As high as its text when it is asked to be; tells when there are more or fewer lines. */
class TextSize {
  private lines = 1;

  constructor(
    private readonly element: BuiltIn,
    private readonly field: HTMLTextAreaElement,
  ) {
    field.rows = 1;
  }

  look(): void {
    const { field, element } = this;
    if (element.values.autoHeight) {
      field.style.height = 'auto';
      if (field.scrollHeight > 0) field.style.height = `${field.scrollHeight}px`;
    }
    const now = this.count();
    if (now !== this.lines) element.tellSoon('linechange', { height: field.scrollHeight, lineCount: now });
    this.lines = now;
  }

  /** Where nothing has a size, those that were written. */
  private count(): number {
    const height = Number.parseFloat(getComputedStyle(this.field).lineHeight);
    const { scrollHeight, value } = this.field;
    return height > 0 && scrollHeight > 0 ? Math.round(scrollHeight / height) : value.split('\n').length;
  }
}
