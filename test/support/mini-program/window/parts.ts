import { ComponentSpace, type GeneralBehavior, type GeneralComponent } from 'glass-easel';
import { type CodeSpace, MiniProgramEnv } from 'glass-easel-miniprogram-adapter';
import type { Program } from '../program.js';
import { COMMON_PROPERTIES, showCommon } from './built-in/built-in.js';
import { defineBuiltIns } from './built-in/define.js';
import type { Platform } from './platform.js';

export interface Parts {
  readonly env: MiniProgramEnv;
  readonly space: CodeSpace;
  readonly fresh: FreshComponents;
}

/** Components that were attached and have not been told that they are ready. */
export class FreshComponents {
  private waiting: GeneralComponent[] = [];

  add(component: GeneralComponent): void {
    this.waiting.push(component);
    queueMicrotask(() => this.tell());
  }

  tell(): void {
    for (const component of this.waiting.splice(0)) component.triggerLifetime('ready', []);
  }
}

/** The pages and components of the program, ready for their definitions. */
export function partsOf({ manifest, templates }: Program, platform: Platform): Parts {
  const env = new MiniProgramEnv();
  const builtIns = defineBuiltIns(env.getGlobalCodeSpace().getComponentSpace(), platform);
  const space = env.createCodeSpace('app', true);
  for (const [tag, definition] of builtIns) space.getComponentSpace().setGlobalUsingComponent(tag, definition);
  const fresh = new FreshComponents();
  space.setOverallBehavior(everyComponent(fresh));
  for (const [path, { config, using, isPage, styleScope }] of Object.entries(manifest.parts)) {
    const usingComponents = Object.fromEntries(Object.entries(using).map(([tag, used]) => [tag, `/${used}`]));
    space.addComponentStaticConfig(path, { ...config, component: !isPage, usingComponents });
    space.addStyleSheet(path, undefined, styleScope || undefined);
    space.addCompiledTemplate(path, { groupList: templates, content: templates[path] } as never);
  }
  return { env, space, fresh };
}

/** What all components can do: be named to those who don't see, and be ready some time after they are attached. */
function everyComponent(fresh: FreshComponents): GeneralBehavior {
  const observers = Object.keys(COMMON_PROPERTIES).map((name) => ({
    fields: name,
    observer(this: { readonly _$: GeneralComponent }, value: unknown) {
      showCommon(hostOf(this._$), name, value);
    },
  }));
  return new ComponentSpace().defineBehavior({
    properties: COMMON_PROPERTIES as never,
    observers: observers as never,
    lifetimes: {
      attached() {
        const component = (this as unknown as { readonly _$: GeneralComponent })._$;
        for (const name of Object.keys(COMMON_PROPERTIES)) showCommon(hostOf(component), name, component.data[name]);
        fresh.add(component);
      },
    },
  }) as unknown as GeneralBehavior;
}

function hostOf(component: GeneralComponent): HTMLElement | undefined {
  const host = component.getBackendElement();
  return host instanceof HTMLElement ? host : undefined;
}
