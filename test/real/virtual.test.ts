import { mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startBroker } from '#centre/broker.ts';
import { type Program, startProgram, welfareHub } from './program.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'virtual-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function startVirtual(name: string, ...words: readonly string[]): Program {
  return startProgram(welfareHub('virtual', '--folder', join(folder, name), ...words));
}

/** A virtual hub that is ready for words. */
async function startReady(name: string, ...words: readonly string[]): Promise<Program> {
  const hub = startVirtual(name, ...words);
  await hub.said('that the receiver is there', (line) => line.includes('is ready'));
  await hub.said('the path in use', (line) => line.includes('the primary centre is in use'));
  return hub;
}

/** Ends it. Tells what it complained of, and how it ended. */
async function quit(hub: Program) {
  hub.type('quit');
  return { ...(await hub.end()), stderr: hub.stderr };
}

const wellEnded = { status: 0, signal: null, stderr: [] };

/** What was told of a place, in order. */
function toldOf({ stdout }: Program, where: string): string[] {
  return stdout.filter((line) => line.slice(10, 22).trim() === where).map((line) => line.slice(24));
}

test('a second virtual hub in the same folder is refused, and takes nothing from the first', async () => {
  const first = await startReady('twice');
  const link = join(folder, 'twice', 'ttyRADIO');
  const terminal = readlinkSync(link);
  const second = startVirtual('twice');
  expect(await second.end()).toEqual({ status: 1, signal: null });
  expect(second.stdout).toEqual([]);
  expect(second.stderr.join('\n')).toMatch(/twice.* is in use: .*, or say --folder DIR for a second hub$/u);
  expect(readlinkSync(link)).toBe(terminal);
  first.type('press pendant');
  await first.said('the acknowledgement', (line) => line.includes('acknowledged'));
  expect(await quit(first)).toEqual(wellEnded);
});

describe('--once', () => {
  /** What it says that it has shown, without the references. */
  const shownBy = ({ stdout }: Program) =>
    stdout.filter((line) => line.startsWith('ok: ')).map((line) => line.replace(/[0-9A-Z]{12}/u, 'REF'));
  const delivered = 'was acknowledged by the centre, and the journal says delivered.';

  test('shows an alarm, its call and a visit, each to its acknowledgement', async () => {
    const hub = startVirtual('once', '--once');
    expect(await hub.end()).toEqual({ status: 0, signal: null });
    expect(shownBy(hub)).toEqual([
      `ok: alarm REF ${delivered}`,
      'ok: the operator answered the call.',
      `ok: check-in: visit REF ${delivered}`,
      `ok: check-out: visit REF ${delivered}`,
    ]);
    expect(toldOf(hub, 'sound')).toEqual(
      expect.arrayContaining(['alarm', 'acknowledged', 'checked-in', 'checked-out']),
    );
  });

  test('closes the visit that was left open in its folder before it shows one', async () => {
    const before = await startReady('left-open');
    before.type('tag day-staff');
    await before.said('its acknowledgement', (line) => line.includes('acknowledged'));
    expect(await quit(before)).toEqual(wellEnded);
    const hub = startVirtual('left-open', '--once');
    expect(await hub.end()).toEqual({ status: 0, signal: null });
    expect(shownBy(hub).map((line) => line.split(' ')[1])).toEqual([
      'alarm',
      'the',
      'check-out:',
      'check-in:',
      'check-out:',
    ]);
  });

  test('ends with 1 and says what did not come, when nobody is behind the broker', async () => {
    const broker = await startBroker();
    onTestFinished(broker.close);
    const hub = startVirtual('nobody', '--once', '--broker', broker.url);
    expect(await hub.end()).toEqual({ status: 1, signal: null });
    expect(hub.stdout).toContain('FAILED: no acknowledgement of the alarm came back.');
  });
});

describe('the prompt', () => {
  test('takes the words of scenarios: what they do to power, link and staff is told line by line', async () => {
    const hub = await startReady('words');
    hub.type('link down');
    await hub.said('that no path is left', (line) => line.includes('no path is in use'));
    hub.type('press: pendant');
    await hub.said('the alarm', (line) => line.includes('committed'));
    hub.type('mains off');
    hub.type('battery { charge: 15% }');
    hub.type('tag day-staff');
    hub.type('link up');
    await hub.said('the alarm at a centre', (line) =>
      line.includes('from pendant: alarm, manual, priority 8, buffered'),
    );
    await hub.said('the visit at a centre', (line) => line.includes('from day-staff: presence, upon alarm'));
    await hub.said('the call', (line) => line.includes('connected (by the hub, over sip)'));
    hub.type('state');
    await hub.said('its state', (line) => /^visit +open$/u.test(line));
    expect(await quit(hub)).toEqual(wellEnded);
    expect(toldOf(hub, 'power')).toEqual(['mains, charge 100 %', 'battery, charge 100 %', 'battery, charge 15 %']);
    expect(toldOf(hub, 'link')).toEqual(['link down', 'link up']);
    expect(toldOf(hub, 'light')).toContain('checked-in');
  });

  test('answers a slip with the right word, and helps', async () => {
    const hub = await startReady('slips');
    hub.type('battery { chrge: 15% }');
    await hub.said('advice', (line) => line === 'unknown word "chrge" in battery; did you mean "charge"?');
    hub.type('operator hangs-up');
    await hub.said('that it makes no sense', (line) => line === 'operator: hangs-up: there is no call');
    hub.type('help');
    await hub.said('the words', (line) => line.startsWith('network '));
    expect(await quit(hub)).toEqual(wellEnded);
  });

  test('through a pipe: the lines are done one after the other, and its end is the end', async () => {
    const hub = startVirtual('pipe');
    hub.type('press pendant');
    hub.type('wait 3s');
    hub.type('journal');
    hub.closeInput();
    expect(await hub.end()).toEqual({ status: 0, signal: null });
    expect(hub.stdout.filter((line) => line.startsWith('>'))).toEqual([]);
    const listed = hub.stdout.findIndex((line) => /^ +\d+ {2}\d{4}-.* acknowledged /u.test(line));
    const connected = hub.stdout.findIndex((line) => line.includes('connected (by the hub'));
    expect(connected).toBeGreaterThan(0);
    expect(listed).toBeGreaterThan(connected);
  });
});

test('a configuration that a centre sent does not cut the hub off from the centre of the next start', async () => {
  const before = await startReady('configured');
  before.type('configure { heartbeat: { interval: 5m } }');
  await before.said('what became of it', (line) => line.includes('configure C1 done'));
  expect(await quit(before)).toEqual(wellEnded);
  const after = await startReady('configured');
  after.type('state');
  await after.said('that its own file counts again', (line) => /^configuration +3$/u.test(line));
  after.type('configure { heartbeat: { interval: 6m } }');
  await after.said('what became of it', (line) => line.includes('configure C1 done'));
  expect(await quit(after)).toEqual(wellEnded);
});

describe('with a configuration of its own', () => {
  const lines = [
    'hub: hub-0007',
    'centre: { primary: { url: "mqtt://centre.example:1883" } }',
    'radio: { port: /dev/welfare-hub/radio }',
    'journal: { file: journal.db }',
    'voice: { receiver: "+46401234567" }',
    'accessories: [{ name: annas-pendant, kind: pendant, id: "002a0001", location: hall }]',
    `tags: [{ name: nils, hash: "${'0'.repeat(64)}" }]`,
  ];

  test('its people and tags are those of this home, and its centre and telephone too', async () => {
    const file = join(folder, 'hub.yaml');
    writeFileSync(file, lines.join('\n'));
    const hub = startVirtual('own', '--once', '--hub', file);
    expect(await hub.end()).toEqual({ status: 0, signal: null });
    expect(hub.stdout.filter((line) => line.startsWith('ok: '))).toHaveLength(4);
    expect(hub.stdout.join('\n')).toContain('from annas-pendant: alarm, manual');
    expect(hub.stdout.join('\n')).not.toContain('1234567');
  });
});

test('what belongs to a centre outside is left alone, and said so', async () => {
  const broker = await startBroker();
  onTestFinished(broker.close);
  const hub = await startReady('outside', '--broker', broker.url);
  for (const line of ['link down', 'centre silent', 'configure { heartbeat: { interval: 5m } }']) {
    hub.type(line);
    await hub.said('whose it is', (said) => said.startsWith(`${line.split(' ')[0]}: the broker is outside`));
  }
  expect(await quit(hub)).toEqual(wellEnded);
});
