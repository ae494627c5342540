/** What went wrong, in words for people: by its code, or else as it was said. */
export function problemText(error: unknown, words: Readonly<Record<string, string>>): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return words[code] || error.message;
}
