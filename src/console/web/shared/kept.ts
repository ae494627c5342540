/** What a browser keeps, where it lets a page keep anything: both throw where it does not. */
export function kept(storage: () => Storage, key: string): string | undefined {
  try {
    return storage().getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** An empty text forgets it. */
export function keep(storage: () => Storage, key: string, text: string): void {
  try {
    if (text === '') storage().removeItem(key);
    else storage().setItem(key, text);
  } catch {
    // It lasts as long as the page.
  }
}
