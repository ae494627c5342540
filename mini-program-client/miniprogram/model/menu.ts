import type { Entry } from './entries';
import { mayRecall } from './states';

/** What can be done with a message. */
export interface MenuItem {
  readonly action: 'copy' | 'recall' | 'resend' | 'remove';
  readonly text: string;
}

export interface MenuContext {
  readonly ownId: string;
  readonly now: number;
  /** What was said in a room stays said. */
  readonly canRecall: boolean;
}

export type MenuWords = { readonly [Action in MenuItem['action']]: string };

export function menuFor(entry: Entry, { ownId, now, canRecall }: MenuContext, words: MenuWords): readonly MenuItem[] {
  if (entry.recalled) return [];
  const actions: MenuItem['action'][] = ['copy'];
  if (entry.failed !== undefined) actions.push('resend', 'remove');
  if (entry.fromUserId === ownId && canRecall && mayRecall(entry, now)) actions.push('recall');
  return actions.map((action) => ({ action, text: words[action] }));
}
