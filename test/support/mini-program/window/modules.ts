import type { CodeSpace, ComponentEnv } from 'glass-easel-miniprogram-adapter';
import { MODULE_SCOPE, type Program } from '../program.js';

type Definition = Readonly<Record<string, unknown>>;
export type AppInstance = Record<string, unknown>;

export interface ModuleGlobals {
  readonly wx: object;
  readonly setTimeout: unknown;
  readonly clearTimeout: unknown;
  readonly setInterval: unknown;
  readonly clearInterval: unknown;
  getCurrentPages(): readonly unknown[];
}

/** Runs the files of a program, each once, in a scope that has nothing of the browser. */
export class Modules {
  private readonly loaded = new Map<string, { exports: unknown }>();
  private instance: AppInstance = {};
  private registering: ComponentEnv | null = null;
  private registered = false;

  constructor(
    private readonly program: Program,
    private readonly space: CodeSpace,
    private readonly globals: ModuleGlobals,
  ) {}

  get app(): AppInstance {
    return this.instance;
  }

  /** `app`, then all pages and components. */
  run(): void {
    this.load('app');
    for (const path of Object.keys(this.program.manifest.parts)) {
      this.registered = false;
      this.space.componentEnv(path, (env) => {
        this.registering = env;
        this.load(path);
        this.registering = null;
      });
      if (!this.registered) throw new Error(`${path} calls neither Page nor Component`);
    }
  }

  private load(path: string): unknown {
    const known = this.loaded.get(path);
    if (known) return known.exports;
    const run = this.program.modules[path];
    if (!run) throw new Error(`module "${path}.js" is not defined`);
    const module = { exports: {} };
    this.loaded.set(path, module);
    const scope: Readonly<Record<(typeof MODULE_SCOPE)[number], unknown>> = {
      ...this.globals,
      require: (reference: string) => this.load(resolved(path, reference)),
      module,
      exports: module.exports,
      App: (options: AppInstance) => {
        this.instance = options;
      },
      Page: (definition: Definition) => this.register((env) => env.Page(withBehaviors(definition) as never)),
      Component: (definition: Definition) => this.register((env) => env.Component(withBehaviors(definition) as never)),
      Behavior: (definition: Definition) =>
        this.register((env) => env.Behavior(withBehaviors(definition) as never), false),
      getApp: () => this.instance,
    };
    run(...MODULE_SCOPE.map((name) => scope[name]));
    return module.exports;
  }

  private register<Made>(make: (env: ComponentEnv) => Made, isPart = true): Made {
    if (!this.registering) throw new Error('Page, Component and Behavior are called while their file is loaded');
    this.registered ||= isPart;
    return make(this.registering);
  }
}

/** Those of the platform (`wx://form-field`) do nothing here. */
function withBehaviors(definition: Definition): Definition {
  const { behaviors } = definition;
  if (!Array.isArray(behaviors)) return definition;
  return { ...definition, behaviors: behaviors.filter((behavior) => typeof behavior !== 'string') };
}

function resolved(from: string, reference: string): string {
  const folders = reference.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const step of reference.replace(/\.js$/, '').split('/')) {
    if (step === '..') folders.pop();
    else if (step !== '.' && step !== '') folders.push(step);
  }
  return folders.join('/');
}
