/**
 * Of the page: its own files, calls to this server and its WebSockets, and nothing else; nothing inline, and no text that
 * becomes HTML or code. Older browsers don't count WebSockets of the same host as 'self', so they stand there by name.
 */
export function contentSecurityPolicy(host: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ws://${host} wss://${host}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}
