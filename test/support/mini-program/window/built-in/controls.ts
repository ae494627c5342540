import type { Platform } from '../platform.js';
import { type BuiltInKind, showAttribute } from './built-in.js';

/** What is not told of a tap is in `touches.ts`: a disabled button hears none. */
export const button: BuiltInKind = {
  tag: 'wx-button',
  properties: {
    type: { type: String, value: 'default' },
    size: { type: String, value: 'default' },
    plain: Boolean,
    disabled: Boolean,
    loading: Boolean,
    formType: String,
    openType: String,
    hoverClass: String,
    hoverStartTime: Number,
    hoverStayTime: Number,
    hoverStopPropagation: Boolean,
    lang: String,
    sessionFrom: String,
  },
  attached({ host, values, onTap }) {
    const looks = ['type', 'size', 'plain', 'disabled', 'loading'];
    const look = (name: string, value: unknown) => {
      if (looks.includes(name)) showAttribute(host, name, value);
      if (name === 'disabled') showAttribute(host, 'aria-disabled', value === true ? 'true' : '');
    };
    for (const name of looks) look(name, values[name]);
    if (!host.hasAttribute('role')) host.setAttribute('role', 'button');
    host.tabIndex = 0;
    onTap(() => {
      if (values.formType) host.dispatchEvent(new CustomEvent(`form-${values.formType}`, { bubbles: true }));
    });
    return look;
  },
};

export const form: BuiltInKind = {
  tag: 'wx-form',
  properties: { reportSubmit: Boolean, reportSubmitTimeout: Number },
  attached({ host, tell }) {
    host.addEventListener('form-submit', (event) => {
      event.stopPropagation();
      const fields = host.querySelectorAll<HTMLInputElement>('input[name], textarea[name]');
      tell('submit', { value: Object.fromEntries([...fields].map(({ name, value }) => [name, value])) });
    });
    host.addEventListener('form-reset', () => tell('reset'));
    return undefined;
  },
};

export const toggle: BuiltInKind = {
  tag: 'wx-switch',
  properties: {
    checked: Boolean,
    disabled: Boolean,
    type: { type: String, value: 'switch' },
    color: String,
    name: String,
  },
  attached({ host, values, tell, set, onTap }) {
    const look = () => {
      host.setAttribute('aria-checked', String(values.checked === true));
      showAttribute(host, 'aria-disabled', values.disabled ? 'true' : '');
      host.style.setProperty('--switch-color', values.color ? String(values.color) : '#04be02');
    };
    host.setAttribute('role', 'switch');
    host.tabIndex = 0;
    look();
    onTap(() => {
      if (values.disabled) return;
      const value = values.checked !== true;
      set('checked', value);
      look();
      tell('change', { value });
    });
    return look;
  },
};

export const label: BuiltInKind = {
  tag: 'wx-label',
  properties: { for: String },
  attached({ host, values, onTap }) {
    onTap(() => {
      const id = String(values.for);
      const all = id ? [...host.ownerDocument.querySelectorAll('[id]')] : [];
      const target = all.find((each) => each.id === id || each.id.endsWith(`--${id}`)) ?? host;
      target.querySelector<HTMLElement>('input, textarea')?.focus();
    });
    return undefined;
  },
};

const FITS: Readonly<Record<string, string>> = {
  scaleToFill: 'fill',
  aspectFit: 'contain',
  aspectFill: 'cover',
  center: 'none',
};

export const image: BuiltInKind = {
  tag: 'wx-image',
  properties: {
    src: String,
    mode: { type: String, value: 'scaleToFill' },
    lazyLoad: Boolean,
    webp: Boolean,
    showMenuByLongpress: Boolean,
  },
  attached({ host, values, tell }) {
    const picture = host.ownerDocument.createElement('img');
    const look = () => {
      if (values.src && picture.getAttribute('src') !== values.src) picture.src = String(values.src);
      picture.style.objectFit = FITS[String(values.mode)] ?? 'fill';
      showAttribute(host, 'mode', values.mode);
      picture.alt = host.getAttribute('aria-label') ?? '';
    };
    picture.addEventListener('load', () =>
      tell('load', { width: picture.naturalWidth, height: picture.naturalHeight }),
    );
    picture.addEventListener('error', () => tell('error', { errMsg: `GET ${values.src} failed` }));
    look();
    host.append(picture);
    return look;
  },
};

export function navigator({ navigate }: Platform): BuiltInKind {
  return {
    tag: 'wx-navigator',
    properties: {
      url: String,
      openType: { type: String, value: 'navigate' },
      delta: { type: Number, value: 1 },
      hoverClass: String,
      target: String,
    },
    attached({ host, values, onTap }) {
      host.setAttribute('role', 'link');
      host.tabIndex = 0;
      onTap(() => navigate(String(values.openType), String(values.url), Number(values.delta)));
      return undefined;
    },
  };
}

/** Choosing is a sheet of what there is to choose from. */
export function picker({ choose }: Platform): BuiltInKind {
  return {
    tag: 'wx-picker',
    properties: {
      mode: { type: String, value: 'selector' },
      range: { type: null, value: [] },
      rangeKey: String,
      value: { type: null, value: 0 },
      disabled: Boolean,
      headerText: String,
    },
    attached({ values, tell, onTap }) {
      onTap(async () => {
        if (values.disabled || values.mode !== 'selector' || !Array.isArray(values.range)) return;
        const key = String(values.rangeKey);
        const chosen = await choose(values.range.map((item) => String(key ? item[key] : item)));
        if (chosen === null) return tell('cancel');
        tell('change', { value: String(chosen) });
      });
      return undefined;
    },
  };
}
