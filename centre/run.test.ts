import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeAnswer } from '#protocol/mqtt/acknowledgement.ts';
import { checkSeal } from '#protocol/mqtt/signature.ts';
import { encodeRecord } from '#protocol/mqtt/record.ts';
import { encodeReport } from '#protocol/mqtt/report.ts';
import { verifier } from './keys.ts';
import type { RunOptions } from './call.ts';
import { runCentre } from './run.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'centre-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const plain: RunOptions = { listen: 0, host: '127.0.0.1', name: 'centre-1', reserve: false, json: false };
const clock = { monotonicMs: () => 0, wallMs: () => 0, wallTrusted: () => true, at: () => () => {} };
const ports = { clock, random: () => 0.5, print() {}, quit() {}, failed() {} };

/** Runs a centre until it is connected, with what it printed. */
async function start(options: RunOptions) {
  const lines: string[] = [];
  let connected = () => {};
  const connection = new Promise<void>((resolve) => {
    connected = resolve;
  });
  const print = (line: string) => {
    lines.push(line);
    if (line.includes('connected to') || line.includes('"event":"connected"')) {
      connected();
    }
  };
  const running = await runCentre(options, { ...ports, print });
  if (!running.ok) {
    throw new Error(running.problem.message);
  }
  await connection;
  return { ...running.value, lines };
}

const when = { boot: 'b1', monotonicMs: 1, wall: '2026-01-15T11:59:59Z', trusted: true };
const codes = { dty: 3, stc: 10, pri: 8 };
const record = encodeRecord({ v: 1, hub: 'hub-1', ref: 'A1', report: 'alarm', from: 'pendant', ...codes, when });

describe('welfare-hub centre', () => {
  test('prints what a hub must be told, and a hub that was told so gets an acknowledgement that it can check', async () => {
    const { lines, say, stop } = await start(plain);
    const text = lines.join('\n');
    const url = /url: (\S+)/.exec(text)?.[1] ?? '';
    const [, keyId = '', publicKey = ''] = /"([0-9a-f]{8})": (\S+)/.exec(text) ?? [];
    const hub = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0 });
    await hub.subscribeAsync('hub/v1/hub-1/down/#', { qos: 1 });
    const arrived = new Promise<string>((resolve) => {
      hub.once('message', (_topic, payload) => resolve(payload.toString()));
    });
    hub.publish('hub/v1/hub-1/up/report', encodeReport({ v: 1, record, attempt: 1, path: 'primary', buffered: false }));
    const answer = decodeAnswer(await arrived);
    const check = verifier(publicKey);
    const keys = new Map(check.ok ? [[keyId, check.value]] : []);
    expect(answer.ok ? checkSeal('ack', answer.value.sealed.ack, answer.value.sealed, keys) : answer).toEqual({
      ok: true,
      value: { keyId },
    });
    expect(lines.join('\n')).toContain('hub-1  alarm A1 from pendant (pendant): alarm, manual, priority 8 → handled');
    say('dispatch A1');
    expect(lines.join('\n')).toContain('00:00:00  hub-1  SMS to the staff: the client of hub-1, address not known');
    await hub.endAsync(true);
    await stop();
  });

  test('prints one JSON object a line for machines', async () => {
    const { lines, url, stop } = await start({ ...plain, json: true });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { event: 'started', centre: 'centre-1', url },
      { event: 'connected', url },
    ]);
    await stop();
  });

  test('takes words, and says what came of them', async () => {
    const { lines, say, stop } = await start(plain);
    const before = lines.length;
    ['policy silent', 'hubs', 'policy loud'].forEach(say);
    expect(lines.slice(before)).toEqual([
      'the centre answers silent',
      'no hub was heard yet',
      expect.stringContaining('there is no "loud"'),
    ]);
    await stop();
  });

  test('says it to machines as JSON', async () => {
    const { lines, say, stop } = await start({ ...plain, json: true });
    const before = lines.length;
    ['policy silent', 'hubs', 'policy loud'].forEach(say);
    expect(lines.slice(before).map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { event: 'told', policy: 'silent' },
      { event: 'told', hubs: [] },
      { event: 'not-understood' },
    ]);
    await stop();
  });

  test('makes a key file that only its owner reads, and keeps to it from then on', async () => {
    const file = join(folder, 'centre.pem');
    const told = [];
    for (let n = 0; n < 2; n += 1) {
      const { lines, stop } = await start({ ...plain, key: file, json: true });
      told.push((JSON.parse(lines[0] ?? '') as { publicKey: string }).publicKey);
      await stop();
    }
    expect(told[0]).toBe(told[1]);
    expect(statSync(file).mode % 0o1000).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain('PRIVATE KEY');
  });

  test.each<[string, Partial<RunOptions>, string]>([
    ['a name that fits in no topic', { name: 'a/b' }, '--name a/b: no id'],
    ['a web address for a broker', { broker: 'http://broker.example' }, 'right would be mqtt://'],
    ['words for a broker', { broker: 'localhost' }, 'right would be mqtt://'],
    ['certificates without TLS', { broker: 'mqtt://h', ca: 'ca.pem' }, 'begins with mqtts://'],
    ['a certificate without its key', { broker: 'mqtts://h', cert: 'c.pem' }, 'go together'],
    [
      'a file that is not there',
      { broker: 'mqtts://h', ca: '/nonexistent/ca.pem' },
      '--ca /nonexistent/ca.pem: ENOENT',
    ],
    ['a policy that is not there', { policy: '/nonexistent.yaml' }, '/nonexistent.yaml:1:1: ENOENT'],
    ['clients that are not there', { clients: '/nonexistent.yaml' }, '/nonexistent.yaml:1:1: ENOENT'],
    ['a key that cannot be written', { key: '/nonexistent/key.pem' }, '--key /nonexistent/key.pem: ENOENT'],
  ])('refuses %s with exit status 2 and says what would be right', async (_what, change, says) => {
    const running = await runCentre({ ...plain, ...change }, ports);
    expect(running).toMatchObject({
      ok: false,
      problem: { exitCode: 2, message: expect.stringContaining(says) as string },
    });
  });

  test('tells every slip of a policy with its line', async () => {
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, 'operator:\n  dose: answers\nkepe: 30d\n');
    expect(await runCentre({ ...plain, policy: file }, ports)).toMatchObject({
      problem: { exitCode: 2, message: expect.stringMatching(/:2:3: .*"does"\?\n.*:3:1: .*"keep"\?$/u) as string },
    });
  });

  test('says what a hub must be told when it is a reserve, and what it is to machines', async () => {
    const { lines, stop } = await start({ ...plain, reserve: true });
    expect(lines[0]).toMatch(/^Reserve centre/u);
    expect(lines).toContain('  reserve:');
    await stop();
    const machine = await start({ ...plain, reserve: true, json: true });
    expect(machine.lines[0]).toContain('"role":"reserve"');
    await machine.stop();
  });

  test('runs alone on its store, gives it free at its end, and leaves what is no store as it is', async () => {
    const store = join(folder, 'centre.db');
    const first = await start({ ...plain, store });
    expect(await runCentre({ ...plain, store }, ports)).toMatchObject({
      problem: { exitCode: 1, message: expect.stringContaining('another centre runs on it') as string },
    });
    await first.stop();
    const second = await start({ ...plain, store });
    await second.stop();
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, 'operator: {}');
    expect(await runCentre({ ...plain, store: file }, ports)).toMatchObject({ ok: false });
    expect(readFileSync(file, 'utf8')).toBe('operator: {}');
  });

  test('refuses a key file that holds none, and leaves it as it is', async () => {
    const file = join(folder, 'key.pem');
    writeFileSync(file, 'nonsense');
    const running = await runCentre({ ...plain, key: file }, ports);
    expect(running).toMatchObject({ ok: false, problem: { exitCode: 2 } });
    expect(readFileSync(file, 'utf8')).toBe('nonsense');
  });

  test('fails with exit status 1 when its port is taken, and says which option takes another', async () => {
    const first = await start(plain);
    const listen = Number(new URL(first.url).port);
    const second = await runCentre({ ...plain, listen }, ports);
    expect(second).toMatchObject({
      ok: false,
      problem: { exitCode: 1, message: expect.stringContaining('--listen') as string },
    });
    await first.stop();
  });
});
