import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { sha256 } from '../secret.ts';

export type TokenKind = 'organization' | 'personal' | 'service-account';

const PREFIXES: Readonly<Record<TokenKind, string>> = {
  organization: 'rc_org_',
  personal: 'rc_usr_',
  'service-account': 'rc_svc_',
};

const PREFIX = 7;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Digits that 128, 256 and 32 bits take in base62. */
const ORGANIZATION = 22;
const SECRET = 43;
const CHECKSUM = 6;
const LENGTH = PREFIX + ORGANIZATION + SECRET + CHECKSUM;

const encode = (bits: bigint, width: number): string => {
  let text = '';
  for (let rest = bits; text.length < width; rest /= 62n) text = DIGITS[Number(rest % 62n)] + text;
  return text;
};

/** What digits stand for; undefined for anything that `encode` never writes. */
const decode = (text: string, bits: number): bigint | undefined => {
  let value = 0n;
  for (const letter of text) {
    const digit = DIGITS.indexOf(letter);
    if (digit < 0) return undefined;
    value = value * 62n + BigInt(digit);
  }
  return value >> BigInt(bits) === 0n ? value : undefined;
};

const checksum = (text: string): string => encode(BigInt(crc32(text)), CHECKSUM);

/** A new token's text: told once to whoever asked for it, and never stored. */
export const mintText = (
  kind: TokenKind,
  organizationId: string,
  random: Uint8Array = randomBytes(32),
): string => {
  const organization = encode(BigInt(`0x${organizationId.replaceAll('-', '')}`), ORGANIZATION);
  const secret = encode(BigInt(`0x${Buffer.from(random).toString('hex')}`), SECRET);
  const text = PREFIXES[kind] + organization + secret;
  return text + checksum(text);
};

export interface ParsedToken {
  kind: TokenKind;
  organizationId: string;
  /** What is stored of it. */
  hash: string;
}

const kindOf = (prefix: string): TokenKind | undefined =>
  (Object.keys(PREFIXES) as TokenKind[]).find((kind) => PREFIXES[kind] === prefix);

/** A text that has the shape and the checksum of a token; whether one was ever issued the database alone knows. */
export const parseToken = (text: string): ParsedToken | undefined => {
  if (text.length !== LENGTH) return undefined;
  const kind = kindOf(text.slice(0, PREFIX));
  const organization = decode(text.slice(PREFIX, PREFIX + ORGANIZATION), 128);
  const secret = decode(text.slice(PREFIX + ORGANIZATION, -CHECKSUM), 256);
  if (!kind || organization === undefined || secret === undefined) return undefined;
  if (checksum(text.slice(0, -CHECKSUM)) !== text.slice(-CHECKSUM)) return undefined;
  const hex = organization.toString(16).padStart(32, '0');
  return {
    kind,
    organizationId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    hash: sha256(text),
  };
};

/** Enough to tell tokens apart by what people have of them. */
export const fingerprintOf = (text: string): string => text.slice(-4);
