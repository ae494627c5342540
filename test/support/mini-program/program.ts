/** A mini-program compiled: what the window that runs it is given, as one script. */
export interface Program {
  readonly manifest: Manifest;
  /** By path of the part, as the template compiler makes them. */
  readonly templates: Readonly<Record<string, unknown>>;
  /** Each file as a function of what it may see, in the order of `MODULE_SCOPE`. */
  readonly modules: Readonly<Record<string, (...scope: unknown[]) => void>>;
}

export interface Manifest {
  readonly app: AppConfig;
  /** Pages and components, those first that others use. */
  readonly parts: Readonly<Record<string, Part>>;
  /** By path of the part, and `app`. */
  readonly styles: Readonly<Record<string, string>>;
  /** What `@name` stands for in app.json and in the page's own. */
  readonly themes: Readonly<Record<Theme, Readonly<Record<string, string>>>>;
}

export type Theme = 'light' | 'dark';

export interface Part {
  readonly isPage: boolean;
  readonly config: PartConfig;
  /** The path of each component that it uses, by its tag. */
  readonly using: Readonly<Record<string, string>>;
  /** What its classes begin with; empty for pages. */
  readonly styleScope: string;
}

export interface WindowConfig {
  readonly navigationBarTitleText?: string;
  readonly navigationBarBackgroundColor?: string;
  readonly navigationBarTextStyle?: string;
  readonly navigationStyle?: 'default' | 'custom';
  readonly backgroundColor?: string;
}

export interface PartConfig extends WindowConfig {
  readonly component?: boolean;
  readonly usingComponents?: Readonly<Record<string, string>>;
}

export interface TabBarConfig {
  readonly color?: string;
  readonly selectedColor?: string;
  readonly backgroundColor?: string;
  readonly borderStyle?: string;
  readonly list: readonly {
    readonly pagePath: string;
    readonly text: string;
    readonly iconPath?: string;
    readonly selectedIconPath?: string;
  }[];
}

export interface AppConfig {
  readonly pages: readonly string[];
  readonly window?: WindowConfig;
  readonly tabBar?: TabBarConfig;
  readonly darkmode?: boolean;
  readonly themeLocation?: string;
  readonly usingComponents?: Readonly<Record<string, string>>;
}

/** What every file of a mini-program sees, and in this order. */
export const MODULE_SCOPE = [
  'require',
  'module',
  'exports',
  'wx',
  'App',
  'Page',
  'Component',
  'Behavior',
  'getApp',
  'getCurrentPages',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
] as const;

/** What browsers and Node have, and a mini-program has not. */
export const NOT_IN_SCOPE = [
  'window',
  'self',
  'document',
  'location',
  'navigator',
  'history',
  'localStorage',
  'sessionStorage',
  'indexedDB',
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'EventSource',
  'Worker',
  'alert',
  'confirm',
  'prompt',
  'requestAnimationFrame',
  'getComputedStyle',
  'matchMedia',
  'MutationObserver',
  'ResizeObserver',
  'IntersectionObserver',
  'URL',
  'URLSearchParams',
  'TextEncoder',
  'TextDecoder',
  'Blob',
  'File',
  'FormData',
  'Headers',
  'Request',
  'Response',
  'AbortController',
  'crypto',
  'structuredClone',
  'queueMicrotask',
  'process',
  'Buffer',
  'global',
] as const;
