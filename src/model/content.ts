/** What a message says: a non-empty text, or any JSON object or array [MP-2.10]. */
export type MessageContent = string | JsonObject | readonly unknown[];

export interface JsonObject {
  readonly [key: string]: unknown;
}
