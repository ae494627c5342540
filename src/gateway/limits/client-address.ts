import { BlockList, isIP } from 'node:net';

/** Says where a request comes from, behind proxies that are trusted. */
export class ClientAddresses {
  private readonly trusted = new BlockList();
  private readonly hasTrusted: boolean;

  /** `proxies`: IP addresses, or networks as `address/prefix`. */
  constructor(proxies: readonly string[]) {
    this.hasTrusted = proxies.length > 0;
    for (const proxy of proxies) {
      const [address = '', bits] = proxy.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (bits === undefined) this.trusted.addAddress(address, family);
      else this.trusted.addSubnet(address, Number(bits), family);
    }
  }

  /**
   * The last address in `forwardedFor` (X-Forwarded-For) that is no trusted proxy's; whatever stands before it was said by
   * somebody whom nobody vouches for. Without a trusted proxy it is `peer`.
   */
  of(peer: string, forwardedFor: string): string {
    let address = plain(peer);
    if (!this.hasTrusted) return address;
    const hops = forwardedFor.split(',').map((hop) => plain(hop.trim()));
    while (this.isTrusted(address)) {
      const hop = hops.pop();
      if (hop === undefined || isIP(hop) === 0) break;
      address = hop;
    }
    return address;
  }

  private isTrusted(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.trusted.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }
}

/** An IPv4 address as such, also where it comes dressed as IPv6 (RFC 4291 §2.5.5.2). */
function plain(address: string): string {
  const dressed = /^(?:::ffff:|0{4}:0{4}:0{4}:0{4}:0{4}:ffff:)(.+)$/i.exec(address)?.[1];
  if (dressed === undefined) return address;
  if (isIP(dressed) === 4) return dressed;
  const [high = '', low = ''] = dressed.split(':');
  const bits = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return Number.isNaN(bits) ? address : [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}
