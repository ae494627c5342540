import type { ComponentSpace, GeneralComponent, GeneralComponentDefinition } from 'glass-easel';

type Values = Readonly<Record<string, unknown>>;

/** A property's kind and first value. */
export type Properties = Readonly<Record<string, PropertyKind>>;
type PropertyKind =
  | StringConstructor
  | NumberConstructor
  | BooleanConstructor
  | { readonly type: NumberConstructor | StringConstructor | BooleanConstructor | null; readonly value: unknown };

/** Attributes that every element may have; components know them as properties. */
export const COMMON_PROPERTIES = {
  role: String,
  ariaLabel: String,
  ariaHidden: String,
  ariaLive: String,
  ariaDisabled: String,
  ariaChecked: String,
  ariaSelected: String,
} as const;

/** An element of WeChat's own, on the screen. */
export interface BuiltIn {
  readonly host: HTMLElement;
  readonly values: Values;
  /** Tells the page; only taps and touches go further up. */
  tell(event: string, detail?: unknown): void;
  /** Tells when the change that brought it about is on the screen; for what a change itself can bring about. */
  tellSoon(event: string, detail?: unknown): void;
  /** Changes a property from inside, as `model:` expects it. */
  set(name: string, value: unknown): void;
  onTap(listener: () => void): void;
  /** The classes that `names` are where the element is used. */
  classes(names: string): string;
}

/** What one kind of element does; `attached` gives what is called on every later change of a property. */
export interface BuiltInKind {
  readonly tag: string;
  readonly properties: Properties;
  attached(element: BuiltIn): ((name: string, value: unknown) => void) | undefined;
}

interface Component extends Pick<GeneralComponent, 'ownerShadowRoot'> {
  readonly $$: HTMLElement;
  readonly data: Values;
  triggerEvent(name: string, detail: unknown, options: { readonly bubbles: boolean }): void;
  replaceDataOnPath(path: readonly string[], value: unknown): void;
  applyDataUpdates(): void;
  addListener(name: string, listener: () => void): void;
}

export function defineBuiltIn(space: ComponentSpace, kind: BuiltInKind): GeneralComponentDefinition {
  const changed = new WeakMap<Component, (name: string, value: unknown) => void>();
  const properties: Properties = { ...COMMON_PROPERTIES, ...kind.properties };
  const observers = Object.keys(properties).map((name) => ({
    fields: name,
    observer(this: Component, value: unknown) {
      if (name in COMMON_PROPERTIES) showCommon(this.$$, name, value);
      changed.get(this)?.(name, value);
    },
  }));
  return space.defineComponent({
    is: kind.tag,
    properties: properties as never,
    observers: observers as never,
    lifetimes: {
      attached() {
        const component = this as unknown as Component;
        for (const name of Object.keys(COMMON_PROPERTIES)) showCommon(component.$$, name, component.data[name]);
        const onChange = kind.attached(onScreen(component));
        if (onChange) changed.set(component, onChange);
      },
    },
  }) as unknown as GeneralComponentDefinition;
}

function onScreen(component: Component): BuiltIn {
  const tell = (event: string, detail: unknown = {}) => component.triggerEvent(event, detail, { bubbles: false });
  return {
    host: component.$$,
    get values() {
      return component.data;
    },
    tell,
    tellSoon: (event, detail) => queueMicrotask(() => tell(event, detail)),
    set: (name, value) => {
      component.replaceDataOnPath([name], value);
      component.applyDataUpdates();
    },
    onTap: (listener) => component.addListener('tap', listener),
    classes: (names) => scoped(component, names),
  };
}

/** A component's classes have something before them that is its own. */
function scoped({ ownerShadowRoot }: Component, names: string): string {
  const user = ownerShadowRoot?.getHostNode();
  if (!user) return names;
  const { styleScope, extraStyleScope } = user.getComponentOptions();
  const { styleScopeManager } = user.getRootBehavior().ownerSpace;
  const prefixes = [styleScope, extraStyleScope].flatMap((scope) => {
    return scope === null || scope === undefined ? [] : [styleScopeManager.queryName(scope)];
  });
  const each = names.split(/\s+/).filter((name) => name !== '');
  return prefixes.flatMap((prefix) => each.map((name) => (prefix ? `${prefix}--${name}` : name))).join(' ');
}

/** What a property of all elements is called in the document. */
export function showCommon(host: HTMLElement | undefined, name: string, value: unknown): void {
  showAttribute(
    host,
    name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    value,
  );
}

export function showAttribute(host: HTMLElement | undefined, name: string, value: unknown): void {
  if (value === '' || value === false || value === undefined || value === null) host?.removeAttribute(name);
  else host?.setAttribute(name, value === true ? '' : String(value));
}
