import postcss, { type Root, type Rule } from 'postcss';
import { BUILT_IN_SELECTOR } from './tags.js';

export interface WxssOptions {
  /** What the classes of a component begin with; empty for pages and the app. */
  readonly styleScope: string;
  /** Whether dark and light look different at all. */
  readonly darkmode: boolean;
  /** The text of what it imports. */
  read(path: string): { readonly path: string; readonly text: string };
  problem(text: string): void;
}

/** A style sheet of a mini-program as a browser takes it: rpx, tags of its own, and classes that are a component's alone. */
export function portableWxss(path: string, text: string, options: WxssOptions): string {
  const root = postcss.parse(text, { from: path });
  root.walkAtRules('import', (rule) => {
    const imported = options.read(rule.params.replace(/['"]/g, ''));
    rule.replaceWith(postcss.parse(portableWxss(imported.path, imported.text, options)));
  });
  if (!options.darkmode) withoutDarkmode(root);
  root.walkDecls((declaration) => {
    declaration.value = portableValue(declaration.value);
  });
  root.walkRules((rule) => {
    if (isKeyframe(rule)) return;
    if (options.styleScope && FORBIDDEN_IN_COMPONENTS.test(rule.selector.replace(/\[[^\]]*\]/g, '')))
      options.problem(`${path}: a component's styles reach classes only, got "${rule.selector}"`);
    rule.selector = portableSelector(rule.selector, options.styleScope);
  });
  return root.toString();
}

/** In a component the platform does not look at tags and ids. */
const FORBIDDEN_IN_COMPONENTS = /#[\w-]|(?:^|[\s>+~,])[a-z]/;

/** Without `darkmode` in app.json the platform always says light. */
function withoutDarkmode(root: Root): void {
  root.walkAtRules('media', (rule) => {
    if (/prefers-color-scheme:\s*dark/.test(rule.params)) rule.remove();
  });
}

/** 750 rpx are the width of the screen; a page is what is between the bars. */
function portableValue(value: string): string {
  return value
    .replace(/(-?[\d.]+)rpx/g, 'calc($1 * var(--rpx))')
    .replace(/(-?[\d.]+)vh\b/g, 'calc(var(--page-height) * $1 / 100)')
    .replace(/(?:env|constant)\(\s*safe-area-inset-(\w+)\s*(?:,[^)]*)?\)/g, 'var(--safe-area-$1)');
}

function portableSelector(selector: string, styleScope: string): string {
  const tags = selector.replace(BUILT_IN_SELECTOR, 'wx-$1');
  if (!styleScope) return tags;
  return tags.replace(/\.(-?[_a-zA-Z][\w-]*)/g, `.${styleScope}--$1`).replace(/:host\b/g, `[wx-host="${styleScope}"]`);
}

function isKeyframe({ parent }: Rule): boolean {
  return parent?.type === 'atrule' && 'name' in parent && String(parent.name).endsWith('keyframes');
}
