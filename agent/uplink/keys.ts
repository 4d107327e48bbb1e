import { createHash, createPublicKey, verify } from 'node:crypto';
import type { Verify } from '#protocol/mqtt/signature.ts';

/** SHA-256 of a text's UTF-8, in hex. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Key id: the first eight hexadecimal digits of the SHA-256 of the raw public key, which comes in base64. */
export function keyIdOf(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 8);
}

/**
 * The centre's keys, ready to verify with, by key id. They come as raw Ed25519 public keys in base64, checked when the
 * configuration was read.
 */
export function verifiers(keys: Readonly<Record<string, string>>): ReadonlyMap<string, Verify> {
  return new Map(Object.entries(keys).map(([id, key]) => [id, verifier(key)]));
}

function verifier(rawBase64: string): Verify {
  const x = Buffer.from(rawBase64, 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return (text, signature) => verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
}
