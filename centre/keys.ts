import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Signer, Verify } from '#protocol/mqtt/signature.ts';

/** The centre's Ed25519 key, with what a hub's configuration says of it. */
export interface SigningKey extends Signer {
  /** The raw 32 bytes of the public key in base64, as hub.yaml holds it under the key id. */
  publicKey: string;
  /** The private key as PKCS 8 in PEM. A secret: it goes to a file and nowhere else. */
  privatePem: string;
}

const publicKeyBytes = 32;

/** Draws a new key. */
export function makeKey(): SigningKey {
  return signingKey(generateKeyPairSync('ed25519').privateKey);
}

/** Reads a private key in PEM; what it is not is said in the problem. */
export function readKey(pem: string): Result<SigningKey, string> {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    return failure('no private key in PEM; right would be an Ed25519 key, PKCS 8, without a passphrase');
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    return failure(`a key of type ${key.asymmetricKeyType ?? 'unknown'}; right would be ed25519`);
  }
  return success(signingKey(key));
}

function signingKey(privateKey: KeyObject): SigningKey {
  const raw = Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '', 'base64url');
  return {
    keyId: keyIdOf(raw),
    publicKey: raw.toString('base64'),
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    sign: (text) => sign(undefined, Buffer.from(text), privateKey).toString('base64url'),
  };
}

/** The check of one public key's signatures; the key is its raw 32 bytes in base64. */
export function verifier(publicKey: string): Result<Verify, string> {
  const raw = Buffer.from(publicKey, 'base64');
  if (raw.length !== publicKeyBytes) {
    return failure(`a public key of ${raw.length} bytes; right would be ${publicKeyBytes} bytes in base64`);
  }
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' });
  return success((text, signature) => verify(undefined, Buffer.from(text), key, Buffer.from(signature, 'base64url')));
}

/** Key id: the first eight hexadecimal digits of the SHA-256 of the raw public key. */
function keyIdOf(raw: Buffer): string {
  return createHash('sha256').update(raw).digest('hex').slice(0, 8);
}

/** SHA-256 of a text in UTF-8, as 64 lower-case hexadecimal digits. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
