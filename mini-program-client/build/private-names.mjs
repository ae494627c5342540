import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const LANGUAGE = dirname(createRequire(import.meta.url).resolve('typescript'));

/**
 * The property names that the given files declare and nobody outside can see, so that the bundle may shorten them: they
 * are in none of the other source files, nor in the published types, nor in the language itself.
 *
 * @param own files whose interfaces are private to the library
 * @param others all other source files; what they declare goes over the wire or is a host's
 */
export function privateNames(own, others, publishedTypes) {
  const language = ts.sys.readDirectory(LANGUAGE, ['.d.ts'], undefined, ['lib.es*.d.ts']);
  if (language.length === 0) throw new Error(`no lib.es*.d.ts in ${LANGUAGE}`);
  const taken = new Set([
    ...language.flatMap((file) => names(read(file), ts.isIdentifier)),
    ...publishedTypes.flatMap((text) => names(text, ts.isIdentifier)),
    ...others.flatMap((file) => names(read(file), isProperty)),
  ]);
  return [...new Set(own.flatMap((file) => names(read(file), isProperty)))].filter((name) => !taken.has(name)).sort();
}

export function sourcesIn(...folders) {
  return folders.flatMap((folder) => ts.sys.readDirectory(join(folder), ['.ts']));
}

function names(text, wanted) {
  const found = [];
  const visit = (node) => {
    if (wanted(node)) found.push(ts.isIdentifier(node) ? node.text : node.name.getText());
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('names.ts', text, ts.ScriptTarget.ES2017, true));
  return found;
}

function isProperty(node) {
  return ts.isPropertySignature(node) || ts.isMethodSignature(node) || ts.isPropertyDeclaration(node);
}

function read(file) {
  return readFileSync(file, 'utf8');
}
