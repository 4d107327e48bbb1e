import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decodeAnswer, encodeAnswer } from '#protocol/mqtt/acknowledgement.ts';
import { checkSeal } from '#protocol/mqtt/signature.ts';
import { makeKey, readKey, sha256Hex, verifier } from './keys.ts';

/** RFC 8032, section 7.1, test 1: secret key 9d61…7f60 wrapped as PKCS 8, and its public key d75a…511a. */
const rfc8032Pem = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
`;

function taken<Value>(result: { ok: true; value: Value } | { ok: false; problem: string }): Value {
  if (!result.ok) {
    throw new Error(result.problem);
  }
  return result.value;
}

describe('a key', () => {
  test('gives the public key as its raw 32 bytes, and an id from their hash', () => {
    const key = taken(readKey(rfc8032Pem));
    expect(Buffer.from(key.publicKey, 'base64').toString('hex')).toBe(
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    );
    expect(key.keyId).toBe('21fe31df');
  });

  test('signs as the RFC says', () => {
    const signature = Buffer.from(taken(readKey(rfc8032Pem)).sign(''), 'base64url').toString('hex');
    expect(signature).toMatch(/^e5564300c360ac729086e2cc806e828a/);
    expect(signature).toMatch(/5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b$/);
  });

  test('is the same after it was written to a file and read again', () => {
    const key = makeKey();
    const again = taken(readKey(key.privatePem));
    expect(again).toMatchObject({ keyId: key.keyId, publicKey: key.publicKey });
    expect(again.keyId).toMatch(/^[0-9a-f]{8}$/);
  });

  test('makes acknowledgements that a hub with its public key takes, and no other', () => {
    const key = makeKey();
    const body = encodeAnswer({ v: 1, hub: 'hub-1', ref: 'A1', hash: 'a'.repeat(64), snu: 0 }, key);
    const answer = decodeAnswer(body);
    const sealed = answer.ok ? answer.value.sealed : { v: 1 as const, ack: '' };
    const right = new Map([[key.keyId, taken(verifier(key.publicKey))]]);
    const wrong = new Map([[key.keyId, taken(verifier(makeKey().publicKey))]]);
    expect(checkSeal('ack', sealed.ack, sealed, right)).toEqual({ ok: true, value: { keyId: key.keyId } });
    expect(checkSeal('ack', sealed.ack, sealed, wrong)).toMatchObject({
      ok: false,
      problem: { code: 'signature/wrong' },
    });
    expect(encodeAnswer({ v: 1, hub: 'hub-1', ref: 'A1', hash: 'a'.repeat(64), snu: 0 }, key)).toBe(body);
  });

  test.each([
    ['nonsense', 'nonsense', 'no private key in PEM'],
    [
      'a key for another curve',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      'right would be ed25519',
    ],
  ])('that is %s is refused with what would be right', (_what, pem, says) => {
    const read = readKey(pem);
    expect(read.ok ? '' : read.problem).toContain(says);
  });

  test('of three bytes is no public key', () => {
    expect(verifier('AAAA')).toMatchObject({ ok: false, problem: expect.stringContaining('3 bytes') as string });
  });
});

test('a text is hashed as UTF-8', () => {
  expect(sha256Hex('kök')).toBe('77e760757bf2aa5df8759fcedd406043f69ab01562ccaea7f8c9c514c9b0aa4a');
});
