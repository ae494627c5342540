import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TmplGroup } from 'glass-easel-template-compiler';
import { type AppConfig, type Manifest, MODULE_SCOPE, NOT_IN_SCOPE, type Part, type PartConfig } from '../program.js';
import { compiledModule, requiredModules } from './modules.js';
import { resolved } from './paths.js';
import { portableWxml, portableWxs, requiredWxs } from './wxml.js';
import { portableWxss } from './wxss.js';

export interface CompiledProgram {
  /** A script whose value is a `Program`. */
  readonly script: string;
  /** What the developer tools would warn of, in words. */
  readonly problems: readonly string[];
}

interface Warning {
  readonly path: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly message: string;
}

/** Compiles the mini-program in the folder `root`. */
export function compileMiniProgram(root: string): CompiledProgram {
  return new Compiler(root).compile();
}

class Compiler {
  private readonly app: AppConfig;
  private readonly problems: string[] = [];
  private readonly templates = new TmplGroup();
  private readonly parts = new Map<string, Part>();
  private readonly styles = new Map<string, string>();
  private readonly modules = new Map<string, string>();
  private readonly seen = new Set<string>();

  constructor(private readonly root: string) {
    this.app = JSON.parse(this.read('app.json'));
  }

  compile(): CompiledProgram {
    this.addModule('app');
    this.addStyles('app', '');
    for (const path of this.app.pages) this.addPart(path, true);
    const manifest: Manifest = {
      app: this.app,
      parts: Object.fromEntries(this.parts),
      styles: Object.fromEntries(this.styles),
      themes: this.app.themeLocation ? JSON.parse(this.read(this.app.themeLocation)) : { light: {}, dark: {} },
    };
    const script = `({
      manifest: ${JSON.stringify(manifest)},
      templates: ${this.templates.getTmplGenObjectGroups()},
      modules: {${[...this.modules].map(([path, code]) => `${JSON.stringify(path)}: ${asFunction(code)}`)}}
    })`;
    this.templates.free();
    return { script, problems: this.problems };
  }

  /** A page or component, after those that it uses. */
  private addPart(path: string, isPage: boolean): void {
    if (this.seen.has(path)) return;
    this.seen.add(path);
    const config: PartConfig = this.has(`${path}.json`) ? JSON.parse(this.read(`${path}.json`)) : {};
    if (!isPage && !config.component) this.problems.push(`${path}.json: a component says "component": true`);
    const using = Object.fromEntries(
      Object.entries({ ...this.app.usingComponents, ...config.usingComponents }).map(([tag, reference]) => {
        return [tag, resolved(path, reference)];
      }),
    );
    for (const used of Object.values(using)) this.addPart(used, false);
    const styleScope = isPage ? '' : path.replace(/\W+/g, '-');
    this.parts.set(path, { isPage, config, using, styleScope });
    this.addTemplate(path);
    this.addModule(path);
    this.addStyles(path, styleScope);
  }

  private addTemplate(path: string): void {
    const file = `${path}.wxml`;
    if (this.seen.has(file)) return;
    this.seen.add(file);
    const warnings: Warning[] = this.templates.addTmpl(path, portableWxml(this.read(file))) ?? [];
    for (const { startLine, startColumn, message } of warnings)
      this.problems.push(`${file}:${startLine + 1}:${startColumn + 1}: ${message}`);
    for (const used of this.templates.getDirectDependencies(path)) this.addTemplate(used);
    for (const used of this.templates.getScriptDependencies(path)) this.addScript(used);
  }

  private addScript(path: string): void {
    const file = `${path}.wxs`;
    if (this.seen.has(file)) return;
    this.seen.add(file);
    const wxs = this.read(file);
    this.templates.addScript(path, portableWxs(wxs));
    for (const used of requiredWxs(wxs)) this.addScript(resolved(path, used));
  }

  private addModule(path: string): void {
    if (this.modules.has(path)) return;
    const code = compiledModule(this.root, path);
    if (code === null) throw new Error(`the mini-program has no ${path}.ts and no ${path}.js`);
    this.modules.set(path, code);
    for (const used of requiredModules(code)) this.addModule(resolved(path, used));
  }

  private addStyles(path: string, styleScope: string): void {
    const file = `${path}.wxss`;
    if (!this.has(file)) return;
    const css = portableWxss(file, this.read(file), {
      styleScope,
      darkmode: this.app.darkmode === true,
      read: (reference) => {
        const imported = `${resolved(file, reference)}.wxss`;
        return { path: imported, text: this.read(imported) };
      },
      problem: (text) => void this.problems.push(text),
    });
    this.styles.set(path, css);
  }

  private has(file: string): boolean {
    return existsSync(join(this.root, file));
  }

  private read(file: string): string {
    return readFileSync(join(this.root, file), 'utf8');
  }
}

/** In a block of its own, for a file may call its own things what it cannot see. */
function asFunction(code: string): string {
  return `function(${[...MODULE_SCOPE, ...NOT_IN_SCOPE]}){"use strict";{${code}\n}}`;
}
