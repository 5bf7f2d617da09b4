import { createHmac, hash } from 'node:crypto';

export const sha256 = (text: string): string => hash('sha256', text, 'hex');

/** A secret that can be made again from the installation's key, so that no row ever has to hold it. */
export const derive = (secretKey: string, purpose: string, subject: string): Buffer =>
  createHmac('sha256', secretKey).update(`${purpose}\n${subject}`).digest();

const CODE_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ23456789';

/** Eight characters of A–Z and 2–9 (41 bits). */
export const codeFrom = (bytes: Buffer): string => {
  let number = bytes.readBigUInt64BE(0);
  let code = '';
  for (let i = 0; i < 8; i++) {
    code += CODE_LETTERS[Number(number % 34n)];
    number /= 34n;
  }
  return code;
};
