import type { UserId } from './ids.js';
import type { Profile } from './profile.js';

/** Bounds of one page: it ends at whichever is reached first, and holds at least one item if there is one. */
export interface PageLimits {
  readonly limit: number;
  /** Of content and profiles, in bytes of UTF-8. */
  readonly maxBytes: number;
}

/** Bytes of content that an item puts on its page. */
export function contentBytes(item: object): number {
  return 'content' in item && typeof item.content === 'string' ? Buffer.byteLength(item.content) : 0;
}

/** Bytes that a profile puts on a page. */
export function profileBytes({ nickname = '', avatar = '' }: Profile): number {
  return Buffer.byteLength(nickname) + Buffer.byteLength(avatar);
}

/** Counts each item's content, and the profile of each author once. */
export function countingAuthors(
  profileOf: (userId: UserId) => Profile,
): (item: { readonly fromUserId: UserId }) => number {
  const counted = new Set<UserId>();
  return (item) => {
    const isNew = !counted.has(item.fromUserId);
    counted.add(item.fromUserId);
    return contentBytes(item) + (isNew ? profileBytes(profileOf(item.fromUserId)) : 0);
  };
}

/** As many of `items`, from the first, as one page holds. */
export function onePage<T extends object>(
  items: Iterable<T>,
  { limit, maxBytes }: PageLimits,
  bytesOf: (item: T) => number = contentBytes,
): T[] {
  const page: T[] = [];
  let bytes = 0;
  for (const item of items) {
    bytes += bytesOf(item);
    if (page.length >= limit || (page.length > 0 && bytes > maxBytes)) break;
    page.push(item);
  }
  return page;
}
