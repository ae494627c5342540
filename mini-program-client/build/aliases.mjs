/** What the bundle says often, and may say shorter: none of it needs what stands before the dot. */
const OFTEN = ['Object.assign', 'JSON.stringify', 'Array.isArray', 'void 0'];

/** The same program with a name of its own for each of these, which a minifier makes a letter. */
export function withAliases(code) {
  const aliases = OFTEN.map((text, index) => ({ text, name: `often${index}` }));
  if (code.includes('often')) throw new Error('the sources have a name that begins with "often": call it otherwise');
  const declared = aliases.map(({ text, name }) => `${name} = ${text}`).join(', ');
  const shorter = aliases.reduce((before, { text, name }) => before.replaceAll(text, name), code);
  return `let ${declared};\n${shorter}`;
}
