/** The token of an `Authorization: Bearer` header (RFC 6750 §2.1); `undefined` for any other value [MP-1.19]. */
export function bearerToken(authorization: string): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
}
