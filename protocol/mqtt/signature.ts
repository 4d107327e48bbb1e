import { Type } from 'typebox';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Problem, problem } from './problem.ts';

/** What a signature may be for: no text signed for the one can be shown for another. */
export type Purpose = 'ack' | 'command';

/** Signs a text with Ed25519; the signature is base64url. */
export interface Signer {
  keyId: string;
  sign(text: string): string;
}

/** Whether the base64url signature over the text is the key's. */
export type Verify = (text: string, signature: string) => boolean;

/** The part of an envelope that proves who wrote it. */
export interface Seal {
  key?: string;
  signature?: string;
}

export const keyIdSchema = Type.String({
  pattern: '^[0-9a-f]{8}$',
  description: 'Key id: the first eight hexadecimal digits of the SHA-256 of the raw public key.',
});

export function signatureSchema(purpose: Purpose) {
  return Type.String({
    pattern: '^[A-Za-z0-9_-]{86}$',
    description: `Ed25519 signature, base64url without padding, over the UTF-8 of the line \`welfare-hub/v1/${purpose}\` (ended by one line feed) followed by ${purpose}.`,
  });
}

/**
 * What is signed: the purpose on a line of its own, then the text. No text signed for one purpose can be shown for
 * another, because no JSON begins with such a line and each purpose has its own.
 */
export function signedText(purpose: Purpose, text: string): string {
  return `welfare-hub/v1/${purpose}\n${text}`;
}

/** The seal of a text, or nothing where there is no signer. */
export function sealOf(purpose: Purpose, text: string, signer: Signer | undefined): Seal {
  return signer === undefined ? {} : { key: signer.keyId, signature: signer.sign(signedText(purpose, text)) };
}

/**
 * Whether the seal is that of one of the keys over the text. The keys are those of the hub's configuration, by key id; an
 * envelope names its key only so that more than one can be in force while the centre changes them.
 */
export function checkSeal(
  purpose: Purpose,
  text: string,
  { key, signature }: Seal,
  keys: ReadonlyMap<string, Verify>,
): Result<{ keyId: string }, Problem> {
  const noun = nouns[purpose];
  if (key === undefined || signature === undefined) {
    return failure(problem('signature/missing', `${noun}: no key or no signature; right would be both`));
  }
  const verify = keys.get(key);
  if (verify === undefined) {
    const known = [...keys.keys()].join(', ') || 'none';
    return failure(problem('signature/unknown-key', `${noun}, at /key: key ${key} is not configured; known: ${known}`));
  }
  return verify(signedText(purpose, text), signature)
    ? success({ keyId: key })
    : failure(problem('signature/wrong', `${noun}, at /signature: not the signature of key ${key} over ${purpose}`));
}

const nouns = { ack: 'answer', command: 'command' } as const;
