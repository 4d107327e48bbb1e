import { describe, expect, test } from 'vitest';
import { type Answer, decodeAnswer, encodeAnswer } from './acknowledgement.ts';
import { checkSeal, type Signer, signedText, type Verify } from './signature.ts';

const acknowledgement = { v: 1 as const, hub: 'hub-1', ref: 'A1', hash: 'a'.repeat(64), snu: 0 };

/** Stands in for Ed25519 with the same shape of signature; the real one is in centre/keys.test.ts. */
function toySignature(secret: string, text: string): string {
  let sum = 7;
  for (const unit of secret + text) {
    sum = (sum * 31 + (unit.codePointAt(0) ?? 0)) % 1_000_003;
  }
  return String(sum).padStart(86, 'A');
}

const signer: Signer = { keyId: '01234567', sign: (text) => toySignature('secret', text) };
const keys = new Map<string, Verify>([
  ['01234567', (text, signature) => toySignature('secret', text) === signature],
  ['89abcdef', () => false],
]);

function read(body: string): Answer {
  const answer = decodeAnswer(body);
  if (!answer.ok) {
    throw new Error(answer.problem.message);
  }
  return answer.value;
}

describe('a signature', () => {
  test('of a configured key over this very text is good', () => {
    const { sealed } = read(encodeAnswer(acknowledgement, signer));
    expect(checkSeal('ack', sealed.ack, sealed, keys)).toEqual({ ok: true, value: { keyId: '01234567' } });
  });

  test('is wrong when a single letter of the answer was changed', () => {
    const { sealed } = read(encodeAnswer(acknowledgement, signer));
    const forged = { ...sealed, ack: sealed.ack.replace('"snu":0', '"snu":4') };
    expect(checkSeal('ack', forged.ack, forged, keys)).toMatchObject({
      ok: false,
      problem: { code: 'signature/wrong' },
    });
  });

  test('is wrong when the key signed the bare text, as it might for another purpose', () => {
    const ack = JSON.stringify(acknowledgement);
    const { sealed } = read(JSON.stringify({ v: 1, ack, key: signer.keyId, signature: signer.sign(ack) }));
    expect(checkSeal('ack', sealed.ack, sealed, keys)).toMatchObject({
      ok: false,
      problem: { code: 'signature/wrong' },
    });
  });

  test('is wrong under the name of another key', () => {
    const { sealed } = read(encodeAnswer(acknowledgement, signer));
    expect(checkSeal('ack', sealed.ack, { ...sealed, key: '89abcdef' }, keys)).toMatchObject({
      ok: false,
      problem: { code: 'signature/wrong' },
    });
  });

  test('of a key that is not configured says which are', () => {
    const { sealed } = read(encodeAnswer(acknowledgement, { ...signer, keyId: 'ffffffff' }));
    const checked = checkSeal('ack', sealed.ack, sealed, keys);
    expect(checked).toMatchObject({ ok: false, problem: { code: 'signature/unknown-key' } });
    expect(checked.ok ? '' : checked.problem.message).toContain('01234567, 89abcdef');
  });

  test('that is not there is missed', () => {
    const { sealed } = read(encodeAnswer(acknowledgement));
    expect(checkSeal('ack', sealed.ack, sealed, keys)).toMatchObject({
      ok: false,
      problem: { code: 'signature/missing' },
    });
  });

  test('is over a line with the purpose and then the text', () => {
    expect(signedText('ack', '{}')).toBe('welfare-hub/v1/ack\n{}');
  });

  test('of the same answer is the same text, so that a repeat is answered byte for byte', () => {
    expect(encodeAnswer(acknowledgement, signer)).toBe(encodeAnswer({ ...acknowledgement }, signer));
  });
});
