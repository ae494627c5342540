/** What a message says: a non-empty text, or any JSON object or array [MP-2.10]. */
export type MessageContent = string | JsonObject | readonly unknown[];

export interface JsonObject {
  readonly [key: string]: unknown;
}

/** What a message says, as the JSON text that goes out. */
export type ContentJson = string & { readonly __brand: 'ContentJson' };

/** `verbatim`: the content came in a JSON text without a single escape, where a string stands as its own JSON. */
export function contentJson(content: MessageContent, verbatim: boolean): ContentJson {
  const isItsOwnJson = verbatim && typeof content === 'string';
  return (isItsOwnJson ? `"${content}"` : JSON.stringify(content)) as ContentJson;
}
