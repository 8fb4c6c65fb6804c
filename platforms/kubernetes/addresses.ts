import { BlockList, isIP } from 'node:net';
import type { NetworkPolicyPeer } from './manifest.ts';

/**
 * Addresses at which clouds answer every machine with its credentials: never reached, whatever else is. The whole
 * link-local range has them (AWS, Azure, Google), AWS has one in IPv6, and Alibaba Cloud one in the shared range.
 */
export const METADATA = ['169.254.0.0/16', '100.100.100.200/32', 'fd00:ec2::254/128'] as const;

/** Single addresses of such services. */
const SERVICES = blocks([
  '169.254.169.254/32',
  '169.254.170.2/32',
  '169.254.170.23/32',
  '100.100.100.200/32',
  'fd00:ec2::254/128',
  'fd00:ec2::23/128',
]);

/** Whether an address is that of a cloud's metadata. */
export function isMetadata(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && SERVICES.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/** A range of addresses as a peer, without the metadata in it. */
export function range(cidr: string): NetworkPolicyPeer {
  const outer = blocks([cidr]);
  const [network = '', prefix = ''] = cidr.split('/');
  const family = isIP(network);
  const except = METADATA.filter((inner) => {
    const [address = '', bits = ''] = inner.split('/');
    // A block list finds an IPv4 address in ::/0 too, and an API server refuses it there.
    return (
      isIP(address) === family &&
      Number(prefix) < Number(bits) &&
      outer.check(address, family === 4 ? 'ipv4' : 'ipv6')
    );
  });
  return { ipBlock: { cidr, ...(except.length === 0 ? {} : { except }) } };
}

/** Every address but the metadata of clouds. */
export const ANYWHERE: readonly NetworkPolicyPeer[] = ['0.0.0.0/0', '::/0'].map(range);

function blocks(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of ranges) {
    const [address = '', bits = ''] = cidr.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
