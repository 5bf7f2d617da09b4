import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

const sha256 = (data: Buffer | string): Buffer => createHash('sha256').update(data).digest();
const base64url = (data: Uint8Array): string => Buffer.from(data).toString('base64url');

/** What a device may do wrong, or a thief may want. */
interface Behaviour {
  origin?: string;
  rpId?: string;
  /** The person was not checked, only there. */
  unverified?: boolean;
  counter?: number;
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const HAS_KEY = 0x40;

/** A security key in software that signs what any page asks it to: browsers keep honest pages from what it can be told to do. */
export class Authenticator {
  readonly id = base64url(randomBytes(16));
  readonly #privateKey: KeyObject;
  readonly #publicKey: Uint8Array;
  readonly #origin: string;
  counter = 0;

  constructor(origin: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    this.#origin = origin;
    this.#privateKey = privateKey;
    const cose = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
    ]);
    this.#publicKey = isoCBOR.encode(cose);
  }

  /** Answers `navigator.credentials.create`. */
  register(options: { challenge: string; rp: { id?: string } }, how: Behaviour = {}) {
    const id = Buffer.from(this.id, 'base64url');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const key = Buffer.concat([Buffer.alloc(16), length, id, this.#publicKey]);
    const authData = Buffer.concat([this.#data(options.rp.id ?? '', how, HAS_KEY), key]);
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', new Uint8Array(authData)],
    ]);
    return {
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      response: {
        clientDataJSON: base64url(this.#clientData('webauthn.create', options.challenge, how)),
        attestationObject: base64url(isoCBOR.encode(attestation as Parameters<typeof isoCBOR.encode>[0])),
        transports: ['usb'],
      },
      clientExtensionResults: {},
    };
  }

  /** Answers `navigator.credentials.get`. */
  sign(options: { challenge: string; rpId?: string }, how: Behaviour = {}) {
    this.counter += 1;
    const authData = this.#data(options.rpId ?? '', how);
    const clientData = this.#clientData('webauthn.get', options.challenge, how);
    const signature = createSign('sha256')
      .update(Buffer.concat([authData, sha256(clientData)]))
      .sign(this.#privateKey);
    return {
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      response: {
        clientDataJSON: base64url(clientData),
        authenticatorData: base64url(authData),
        signature: base64url(signature),
      },
      clientExtensionResults: {},
    };
  }

  #data(rpId: string, how: Behaviour, more = 0): Buffer {
    const flags = PRESENT | (how.unverified ? 0 : VERIFIED) | more;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(how.counter ?? this.counter);
    return Buffer.concat([sha256(how.rpId ?? rpId), Buffer.from([flags]), counter]);
  }

  #clientData(type: string, challenge: string, how: Behaviour): Buffer {
    const origin = how.origin ?? this.#origin;
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }
}
