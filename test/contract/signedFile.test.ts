import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifiers } from '#agent/uplink/keys.ts';
import { makeKey, type SigningKey } from '#centre/keys.ts';
import { announceKey, hubsLimit, readSigned, retireKey, signConfiguration, type Signing } from '#centre/signedFile.ts';
import { minuteMs } from '#protocol/core/time.ts';
import { checkSeal } from '#protocol/mqtt/signature.ts';
import { decodeCommand } from '#protocol/mqtt/command.ts';
import { type HubAtWork, startHubAtWork } from '#test/hubAtWork.ts';

const [key, next] = [makeKey(), makeKey()];
const nowMs = Date.UTC(2026, 0, 15, 12);
const by = (signer: SigningKey, more: Partial<Signing> = {}): Signing => ({
  key: signer,
  hubs: ['hub-0001'],
  nowMs,
  ...more,
});
const plain = 'centre:\n  primary:\n    url: mqtt://127.0.0.1:1883\n';

const textOf = (signed: ReturnType<typeof signConfiguration>): string => {
  if (!signed.ok) throw new Error(signed.problem);
  return signed.value;
};

let home: HubAtWork;
beforeEach(() => (home = startHubAtWork()));
afterEach(() => home.close());

/** A hub takes it as it takes what comes over the wire: the signature first, then what it asks for. */
function take(text: string, keys: readonly SigningKey[] = [key]) {
  return text
    .trim()
    .split('\n')
    .map((body) => {
      const sealed = decodeCommand(body);
      if (!sealed.ok) throw new Error(sealed.problem.message);
      const known = verifiers(Object.fromEntries(keys.map(({ keyId, publicKey }) => [keyId, publicKey])));
      const seal = checkSeal('command', sealed.value.text, sealed.value.seal, known);
      if (!seal.ok) return seal.problem.code;
      const result = home.hub().commanded(sealed.value.command, seal.value.keyId, 'primary');
      return result.ok ? result.value : result.problem;
    });
}

describe('a configuration that was signed into a file', () => {
  test('is taken by the hub, with its number, and once', () => {
    const text = textOf(signConfiguration(by(key), `${plain}log:\n  level: warn\n`, 7));
    expect(take(text)).toMatchObject([{ outcome: 'done', configuration: 7 }]);
    expect(home.hub().configuration()).toMatchObject({ version: 7, log: { level: 'warn' } });
    expect(take(textOf(signConfiguration(by(key, { nowMs: nowMs + 1 }), plain, 7)))).toMatchObject([
      { outcome: 'refused', reason: expect.stringContaining('right would be above 7') },
    ]);
  });

  test("has a line for each hub, and each is that hub's only", () => {
    const text = textOf(signConfiguration(by(key, { hubs: ['hub-0001', 'hub-0002'] }), plain, 2));
    const signed = readSigned(text);
    expect(signed.ok && signed.value.map(({ hub, command }) => [hub, command.hub])).toEqual([
      ['hub-0001', 'hub-0001'],
      ['hub-0002', 'hub-0002'],
    ]);
  });

  test('signed by another key is refused', () => {
    expect(take(textOf(signConfiguration(by(next), plain, 7)))).toEqual(['signature/unknown-key']);
  });

  test('may have an end, behind which a hub that knows the time does not take it', () => {
    const text = textOf(signConfiguration(by(key, { withinMs: minuteMs }), plain, 7));
    home.clock.setWall(nowMs + 2 * minuteMs, true);
    expect(take(text)).toMatchObject([{ outcome: 'expired' }]);
  });

  test.each([
    ['that is wrong in one place', `${plain}log:\n  level: loud\n`, '5:10: log.level is "loud"'],
    ['with an unknown key', `${plain}logg: {}\n`, 'did you mean "log"'],
    ['that names a file of the machine', `${plain}journal:\n  file: x\n`, "journal.file is the machine's own affair"],
    ['for another hub', `hub: hub-0002\n${plain}`, 'right would be "hub-0001"'],
    ['of another number', `version: 3\n${plain}`, 'version is 3; right would be 7'],
    ['that is no map', '- 1\n', 'no map of sections'],
    ['that is no YAML', 'a: [\n', '2:1: '],
  ])('%s is refused before it is signed', (_what, text, words) => {
    expect(signConfiguration(by(key), text, 7)).toMatchObject({ ok: false, problem: expect.stringContaining(words) });
  });

  test('with an address over TLS is looked at as by a machine that has certificates', () => {
    const secure = plain.replace('mqtt://127.0.0.1:1883', 'mqtts://broker.example:8883');
    expect(signConfiguration(by(key), secure, 7)).toMatchObject({ ok: true });
    const half = `${secure}  reserve:\n    url: mqtt://reserve.example:1883\n`;
    expect(signConfiguration(by(key), half, 7)).toMatchObject({ problem: expect.stringContaining('mqtts://') });
  });
});

test('a change of keys that was signed into files leaves no gap, and the former key counts no more', () => {
  const known = [key, next];
  expect(take(textOf(announceKey(by(key), next)), known)).toMatchObject([
    { outcome: 'done', body: { id: next.keyId } },
  ]);
  expect(take(textOf(retireKey(by(next), key)), known)).toMatchObject([{ outcome: 'done', body: { id: key.keyId } }]);
  expect(home.hub().centreKeys({ [key.keyId]: key.publicKey })).toEqual({ [next.keyId]: next.publicKey });
});

test.each([
  ['nothing', '\n', 'nothing is in it'],
  ['something else', 'hello\n', 'line 1: '],
  [
    'what nobody has signed',
    `${JSON.stringify({ v: 1, command: JSON.stringify({ v: 1, hub: 'hub-1', id: 'A', counter: 1, name: 'end' }) })}\n`,
    'nobody has signed it',
  ],
])('a file with %s is delivered to nobody', (_what, text, words) => {
  expect(readSigned(text)).toMatchObject({ ok: false, problem: expect.stringContaining(words) });
});

test(`a file is signed for ${hubsLimit} hubs and not for one more`, () => {
  const hubs = Array.from({ length: hubsLimit + 1 }, (_, count) => `hub-${count}`);
  const most = textOf(announceKey(by(key, { hubs: hubs.slice(1) }), next));
  expect(readSigned(most)).toMatchObject({ ok: true });
  expect(announceKey(by(key, { hubs }), next)).toMatchObject({ ok: false });
  expect(readSigned(`${most}${most.slice(0, most.indexOf('\n'))}`)).toMatchObject({ ok: false });
});
