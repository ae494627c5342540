import { BUILT_IN_TAG } from './tags.js';

/** `bindtap` is `bind:tap`, and so with all that listen. */
const LISTENER = /(\s)(bind|catch|mut-bind|capture-bind|capture-catch)([a-z][\w-]*)(?=\s*=\s*["'])/g;
const INLINE_STYLE = /(\sstyle\s*=\s*)("[^"]*"|'[^']*')/g;
const RPX = /(\{\{(?:(?!\}\}).)*\}\}|-?[\d.]+)rpx/g;
const COMMENT = /<!--[\s\S]*?-->/g;

/** A page's WXML as the template compiler and a browser take it. */
export function portableWxml(wxml: string): string {
  return wxml
    .replace(COMMENT, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(BUILT_IN_TAG, '<$1wx-$2')
    .replace(LISTENER, '$1$2:$3')
    .replace(/(\s)aria-role(?=\s*=)/g, '$1role')
    .replace(/\smodel:(?=value\s*=)/g, ' two-way$&')
    .replace(INLINE_STYLE, (_, before: string, style: string) => before + style.replace(RPX, 'calc($1 * var(--rpx))'));
}

const REQUIRED = /require\(\s*(['"])(.+?)\.wxs\1\s*\)/g;

/** The compiler knows its scripts without their ending. */
export function portableWxs(wxs: string): string {
  return wxs.replace(REQUIRED, 'require($1$2$1)');
}

/** The scripts that a script asks for. */
export function requiredWxs(wxs: string): string[] {
  return [...wxs.matchAll(REQUIRED)].map(([, , path = '']) => path);
}
