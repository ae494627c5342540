/** What stands on the badge of so many unread messages; nothing for none. */
export function badge(unread: number): string {
  if (unread <= 0) return '';
  return unread > 99 ? '99+' : String(unread);
}
