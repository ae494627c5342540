import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { ENGLISH } from '../../mini-program-client/miniprogram/words/en';

const ROOT = join(import.meta.dirname, '../../mini-program-client/miniprogram');
const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) =>
  statSync(join(ROOT, file)).isFile(),
);
const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const json = (file: string): Record<string, unknown> => JSON.parse(text(file));
const withEnding = (ending: string) => files.filter((file) => file.endsWith(ending));
const sources = withEnding('.ts').filter((file) => !file.startsWith('lib/'));

describe('the folder', () => {
  it('opens in the developer tools as it is: all that is named is there, and TypeScript is compiled by them', () => {
    const { pages, sitemapLocation, themeLocation } = json('app.json');
    expect(pages).toContain('pages/conversations/conversations');
    for (const page of pages as string[])
      for (const ending of ['ts', 'wxml', 'wxss', 'json'])
        expect(existsSync(join(ROOT, `${page}.${ending}`))).toBe(true);
    for (const file of [sitemapLocation, themeLocation]) expect(existsSync(join(ROOT, String(file)))).toBe(true);
    expect(json('project.config.json')).toMatchObject({
      appid: 'touristappid',
      miniprogramRoot: './',
      setting: { useCompilerPlugins: ['typescript'] },
    });
  });

  it('names each component that a part uses, and no other', () => {
    for (const file of withEnding('.json')) {
      const { usingComponents } = json(file);
      if (!usingComponents) continue;
      for (const [tag, path] of Object.entries(usingComponents as Record<string, string>)) {
        expect(existsSync(join(ROOT, file, '..', `${path}.ts`))).toBe(true);
        expect(text(file.replace(/json$/, 'wxml'))).toContain(`<${tag}`);
      }
    }
  });

  it('is far below what may be uploaded, and needs nothing from elsewhere', () => {
    const bytes = files.reduce((sum, file) => sum + statSync(join(ROOT, file)).size, 0);
    expect(bytes).toBeLessThan(500_000);
    const asked = sources.flatMap((file) => [...text(file).matchAll(/from '([^']+)'/g)].map(([, path = '']) => path));
    expect(asked.filter((path) => !path.startsWith('.'))).toEqual([]);
  });

  it('has no words but those of its words files', () => {
    const shown = withEnding('.wxml').flatMap(
      (file) =>
        text(file)
          .replace(/<[^>]*>|\{\{.*?\}\}/gs, '')
          .match(/\p{L}{2,}/gu) ?? [],
    );
    expect(shown).toEqual([]);
    expect(ENGLISH.appName).toBe(
      json('app.json').window && (json('app.json').window as Record<string, unknown>).navigationBarTitleText,
    );
  });
});

describe('what old phones run', () => {
  it('is no newer than what the tools translate: nothing after ES2018, and nothing that a base library of 2.20 lacks without a way around it', () => {
    for (const file of sources) {
      const code = (target: string) => transformSync(text(file), { loader: 'ts', target }).code;
      expect([file, code('es2018')]).toEqual([file, code('esnext')]);
    }
    const newer = /wx\.(getWindowInfo|getAppBaseInfo)\b/g;
    const users = sources.filter((file) => newer.test(text(file)));
    expect(users).toEqual(['service/system.ts']);
    expect(text('service/system.ts').match(/getSystemInfoSync/g)).toHaveLength(2);
  });
});

describe('the colours', () => {
  const css = text('app.wxss');
  const [light = '', dark = ''] = css.split('@media');
  const names = (part: string) =>
    [...part.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value] as const);

  it('are there for light and for dark, and no part has one of its own that is not white', () => {
    const ofDark = names(dark).map(([name]) => name);
    expect(
      names(light)
        .map(([name]) => name)
        .filter((name) => name !== 't'),
    ).toEqual(ofDark);
    const used = withEnding('.wxss').flatMap((file) =>
      [...text(file).matchAll(/var\(--([\w-]+)\)/g)].map(([, name = '']) => name),
    );
    expect([...new Set(used)].filter((name) => name !== 't' && !ofDark.includes(name))).toEqual([]);
  });

  it('of texts are to be told from what they lie on: 4.5 to 1', () => {
    for (const part of [light, dark]) {
      const value = new Map(names(part));
      const contrast = (ink: string, ground: string) => {
        const [one, other] = [luminance(value.get(ink) ?? ''), luminance(value.get(ground) ?? '')];
        return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      };
      const pairs = [
        ...['page', 'raised', 'field', 'bubble'].flatMap((ground) => [
          ['ink', ground],
          ['soft', ground],
        ]),
        ['faint', 'field'],
        ['faint', 'page'],
        ['soft', 'quiet'],
        ['accent-text', 'page'],
        ['accent-text', 'raised'],
        ['good', 'raised'],
        ['bad-text', 'page'],
        ['bad-text', 'raised'],
        ['on-warn', 'warn'],
        ['on-menu', 'menu'],
        ['on-own', 'own'],
        ['on-own-soft', 'own'],
        ['on-own-read', 'own'],
      ];
      const weak = pairs.filter(([ink = '', ground = '']) => contrast(ink, ground) < (ink === 'on-own-read' ? 3 : 4.5));
      expect(weak.map(([ink = '', ground = '']) => [ink, ground, contrast(ink, ground)])).toEqual([]);
      expect(contrast('on-own', 'accent')).toBeGreaterThan(4.5);
    }
  });
});

/** By WCAG 2.2. */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => {
    const share = parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const [red = 0, green = 0, blue = 0] = channels;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
