import { BlockList, isIPv4, isIPv6 } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** https://www.iana.org/assignments/iana-ipv4-special-registry: what is nobody's address on the public network. */
const NOT_PUBLIC = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  NOT_PUBLIC.addSubnet(network, bits);
}

/** Of IPv6 only the global unicast addresses are public, without the ranges in them that lead elsewhere. */
const GLOBAL = new BlockList();
GLOBAL.addSubnet('2000::', 3, 'ipv6');
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  NOT_PUBLIC.addSubnet(network, bits, 'ipv6');
}

/** Whether we may connect to an address that somebody else's name led to (abuse 45). */
export const mayReach = (address: string, loopback: boolean): boolean => {
  if (isIPv4(address)) {
    return (loopback && LOOPBACK.check(address)) || !NOT_PUBLIC.check(address);
  }
  if (!isIPv6(address)) return false;
  if (loopback && LOOPBACK.check(address, 'ipv6')) return true;
  return GLOBAL.check(address, 'ipv6') && !NOT_PUBLIC.check(address, 'ipv6');
};

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

export const isLoopback = (url: string | URL): boolean =>
  URL.canParse(String(url)) && LOOPBACK_NAMES.has(new URL(url).hostname);
