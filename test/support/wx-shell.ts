import { runInNewContext } from 'node:vm';

type Data = Record<string, unknown>;
type Method = (this: PageInstance, ...values: unknown[]) => unknown;

interface PageInstance {
  readonly data: Data;
  setData(changes: Data): void;
  [name: string]: unknown;
}

/** A page on the screen: what it shows, and what people do to it. */
export class OpenPage {
  /** How often each path was set. */
  readonly paths: string[] = [];
  private readonly instance: PageInstance;
  private readonly watchers = new Set<() => void>();

  constructor(
    options: Data,
    readonly wxml: string,
  ) {
    const setData = (changes: Data) => this.setData(changes);
    this.instance = { ...options, data: structuredClone(options.data as Data), setData };
    this.call('onLoad', {});
    this.show();
  }

  get data(): Data {
    return this.instance.data;
  }

  type(field: string, value: string): void {
    this.call('onInput', { currentTarget: { dataset: { field } }, detail: { value } });
  }

  /** Taps the button whose text is `label` now; one that is disabled does nothing. */
  tap(label: string): void {
    const button = this.buttons().find(({ text }) => text === label);
    if (!button) throw new Error(`no button says "${label}"`);
    if (!button.disabled) this.call(button.handler, {});
  }

  buttons(): { readonly text: string; readonly disabled: boolean; readonly handler: string }[] {
    const button = /<button([^>]*)>([^<]*)<\/button>/g;
    return [...this.wxml.matchAll(button)].map(([, attributes = '', text = '']) => ({
      text: this.evaluate(text),
      disabled: this.evaluate(/disabled="([^"]*)"/.exec(attributes)?.[1] ?? '') === 'true',
      handler: /bindtap="([^"]*)"/.exec(attributes)?.[1] ?? '',
    }));
  }

  /** Every method that the view calls. */
  handlers(): string[] {
    return [...this.wxml.matchAll(/\sbind\w+="(\w+)"/g)].map(([, name = '']) => name);
  }

  has(method: string): boolean {
    return typeof this.instance[method] === 'function';
  }

  show(): void {
    this.call('onShow');
  }

  hide(): void {
    this.call('onHide');
  }

  unload(): void {
    this.call('onUnload');
  }

  /** Resolves when what the page shows fits. */
  shows(fits: (data: Data) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!fits(this.data)) return;
        this.watchers.delete(look);
        resolve();
      };
      this.watchers.add(look);
      look();
    });
  }

  private call(method: string, ...values: unknown[]): void {
    const run = this.instance[method];
    if (typeof run !== 'function') throw new Error(`the page has no ${method}`);
    (run as Method).apply(this.instance, values);
  }

  /** What goes to the view is JSON; a path reaches into what is there. */
  private setData(changes: Data): void {
    for (const [path, value] of Object.entries(changes)) {
      if (value === undefined) throw new Error(`setData of "${path}" to undefined`);
      this.paths.push(path);
      const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
      const last = keys.pop() ?? '';
      const holder = keys.reduce((inner, key) => inner[key] as Data, this.data);
      holder[last] = JSON.parse(JSON.stringify(value));
    }
    for (const look of this.watchers) look();
  }

  private evaluate(template: string): string {
    return template.replace(/\{\{(.*?)\}\}/g, (_, expression) => String(runInNewContext(expression, { ...this.data })));
  }
}
