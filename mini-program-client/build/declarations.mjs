import { dirname, join } from 'node:path';
import ts from 'typescript';

/**
 * One self-contained .d.ts for an entry file: its exports, and every declaration of ours that they mention, in the order
 * of the files. The mini-program folder is opened by itself, so its types must not lead out of it.
 *
 * Relies on what the compiler checks or this file does: relative named imports only, and names that are not used twice.
 */
export function declarationsFor(entry, configFile) {
  const declarations = emit(entry, configFile);
  const byName = new Map();
  for (const statement of declarations.flatMap(({ source }) => source.statements.filter(isDeclaration))) {
    for (const name of namesOf(statement)) {
      if (byName.has(name)) throw new Error(`two declarations are called ${name}: rename one of them`);
      byName.set(name, statement);
    }
  }
  const exported = exportsOf(join(dirname(entry), declarationNameOf(entry)), declarations);
  const wanted = new Set();
  for (const name of exported) want(name, byName, wanted);
  const chosen = [...new Set(byName.values())].filter((statement) => wanted.has(statement));
  return `${chosen.map((statement) => textOf(statement, exported)).join('\n')}\n`;
}

function emit(entry, configFile) {
  const { config } = ts.readConfigFile(configFile, ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, dirname(configFile));
  const program = ts.createProgram([entry], {
    ...options,
    noEmit: false,
    emitDeclarationOnly: true,
    outDir: undefined,
  });
  const found = ts.getPreEmitDiagnostics(program);
  if (found.length > 0) {
    throw new Error(
      ts.formatDiagnostics(found, {
        getCanonicalFileName: (name) => name,
        getCurrentDirectory: () => dirname(configFile),
        getNewLine: () => '\n',
      }),
    );
  }
  const declarations = [];
  program.emit(undefined, (path, text) => {
    declarations.push({ path, source: ts.createSourceFile(path, text, ts.ScriptTarget.ES2017, true) });
  });
  return declarations;
}

function declarationNameOf(entry) {
  return entry.slice(entry.lastIndexOf('/') + 1).replace(/\.ts$/, '.d.ts');
}

function isDeclaration(statement) {
  return !ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement);
}

function namesOf(statement) {
  const named = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [statement];
  return named.map((declaration) => declaration.name?.text).filter((name) => name !== undefined);
}

/** The names that a file shows to others, through however many `export … from`. */
function exportsOf(path, declarations) {
  const source = declarations.find((declaration) => declaration.path === path)?.source;
  if (!source) throw new Error(`no declarations were made for ${path}`);
  return new Set(
    source.statements.flatMap((statement) => {
      if (!ts.isExportDeclaration(statement)) return isExported(statement) ? namesOf(statement) : [];
      if (statement.exportClause) return statement.exportClause.elements.map((element) => element.name.text);
      return [
        ...exportsOf(join(dirname(path), statement.moduleSpecifier.text.replace(/\.js$/, '.d.ts')), declarations),
      ];
    }),
  );
}

function isExported(statement) {
  return statement.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function want(name, byName, wanted) {
  const statement = byName.get(name);
  if (!statement || wanted.has(statement)) return;
  wanted.add(statement);
  const visit = (node) => {
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node) || ts.isTypeQueryNode(node)) {
      want((node.typeName ?? node.expression ?? node.exprName).getText(), byName, wanted);
    }
    ts.forEachChild(node, visit);
  };
  visit(statement);
}

/** Only what the entry exports is exported; the rest is there to be mentioned. */
function textOf(statement, exported) {
  const bare = statement
    .getFullText()
    .trim()
    .replace(/^(\/\*\*[\s\S]*?\*\/\s*)?(export )?(declare )?/, '$1');
  const shown = namesOf(statement).some((name) => exported.has(name));
  const at = bare.length - bare.replace(/^\/\*\*[\s\S]*?\*\/\s*/, '').length;
  const type = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
  return `${bare.slice(0, at)}${shown ? 'export ' : ''}${type ? '' : 'declare '}${bare.slice(at)}`;
}
