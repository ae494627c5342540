import type { ComponentSpace, GeneralComponentDefinition } from 'glass-easel';
import type { Platform } from '../platform.js';
import { defineBuiltIn } from './built-in.js';
import { button, form, image, label, navigator, picker, toggle } from './controls.js';
import { fieldKind } from './field.js';
import { navigationBar, pageMeta } from './page-parts.js';
import { scrollView } from './scroll-view.js';

/** All that do more than being there; `view`, `text` and the like are elements without behaviour. */
export function defineBuiltIns(
  space: ComponentSpace,
  platform: Platform,
): readonly (readonly [string, GeneralComponentDefinition])[] {
  const kinds = [
    button,
    form,
    image,
    label,
    toggle,
    scrollView,
    fieldKind('input', platform),
    fieldKind('textarea', platform),
    navigator(platform),
    picker(platform),
    pageMeta(platform),
    navigationBar(platform),
  ];
  return kinds.map((kind) => [kind.tag, defineBuiltIn(space, kind)] as const);
}
