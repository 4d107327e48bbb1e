import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { tagText } from '#protocol/configuration/visitsSection.ts';
import { sha256 } from '#test/hubAtWork.ts';
import { type Program, startProgram, welfareHub } from './program.ts';
import { hubId, openSlice, type Slice } from './sliceWorld.ts';

const staff = '3c00ce754c';
const stranger = '5900b47b4f';

/** Lays more keys over the configuration of the slice. */
function configure({ hubFile }: Slice, more: Readonly<Record<string, unknown>>): void {
  const document: unknown = parse(readFileSync(hubFile, 'utf8'));
  writeFileSync(hubFile, stringify({ ...(document as object), ...more }));
}

/** A fake device as a tester starts it, and the port that it is at. */
async function startFake(slice: Slice, name: string): Promise<{ fake: Program; port: string }> {
  const port = join(dirname(slice.hubFile), `tty-${name}`);
  const fake = startProgram(welfareHub('device', name, '--link', port));
  await fake.said('that it is there', (line) => line.endsWith(`is at ${port}`));
  return { fake, port };
}

/** Everything that is on the disk and that the hub has said, as text in which any spelling can be looked for. */
function everythingWritten(slice: Slice, said: readonly string[]): string {
  const folder = dirname(slice.hubFile);
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const contents = files.map(({ name }) => readFileSync(join(folder, name), 'latin1'));
  expect(contents.join('').length).toBeGreaterThan(10_000);
  return [...contents, ...said].join('\n').toLowerCase();
}

test("staff hold their tag to the reader: the centre has the visit, and neither disk nor log nor trace has the tag's number", async () => {
  const slice = await openSlice();
  await slice.centre.connect();
  const { fake, port } = await startFake(slice, 'reader');
  configure(slice, { reader: { port }, tags: [{ name: 'day-staff', hash: sha256(tagText(hubId, staff)) }] });
  const hub = await slice.startReadyHub('--trace', 'reader');
  await fake.said('that the hub has opened it', (line) => line.includes('somebody has opened the port'));
  fake.type(`hold ${staff}`);
  const { ref: visit } = await hub.logged({ step: 'visit' });
  fake.type('take-away');
  fake.type(`tag ${stranger}`);
  const { ref: refused } = await hub.logged({ step: 'information' });
  expect((await slice.centre.opened(visit)).record).toMatchObject({ from: 'day-staff', stc: 87 });
  expect((await slice.centre.opened(refused)).record).toMatchObject({ from: 'hub', stc: 107 });
  expect(hub.stderr.some((line) => line.endsWith('reader > 02 xx xx xx xx xx xx xx xx xx xx xx xx 03'))).toBe(true);
  const written = everythingWritten(slice, [...hub.stderr, ...hub.log().map((line) => JSON.stringify(line))]);
  for (const number of [staff, stranger]) {
    const bytes = Buffer.from(number, 'hex').toString('latin1').toLowerCase();
    const inAscii = Buffer.from(number.slice(2).toUpperCase()).toString('hex');
    const spaced = inAscii.replaceAll(/../gu, ' $&').trim();
    const printed = String(Number.parseInt(number.slice(2), 16));
    for (const spelling of [number, number.slice(2), bytes, inAscii, spaced, printed]) {
      expect(written).not.toContain(spelling);
    }
  }
});

test('somebody walks before the radar at night: an alarm; the radar is pulled out: a fault; it is back: restored', async () => {
  const slice = await openSlice();
  await slice.centre.connect();
  const { fake, port } = await startFake(slice, 'radar');
  const radar = { name: 'radar', kind: 'radar', location: 'hall', hours: '00:00-24:00' };
  configure(slice, { radar: { port }, accessories: [radar] });
  const hub = await slice.startReadyHub();
  await hub.logged({ device: 'radar', msg: 'the radar is set up' });
  fake.type('presence moving');
  const { ref: alarm } = await hub.logged({ step: 'alarm', from: 'radar' });
  expect((await slice.centre.opened(alarm)).record).toMatchObject({ stc: 119, pri: 7, dty: 18 });
  fake.type('unplug');
  const { ref: fault } = await hub.logged({ step: 'fault' });
  fake.type('plug');
  const { ref: restore } = await hub.logged({ step: 'restore' });
  expect((await slice.centre.opened(fault)).record).toMatchObject({ stc: 67, did: 'radar' });
  expect((await slice.centre.opened(restore)).record).toMatchObject({ stc: 91, did: 'radar' });
});

test('a radar on a port that nobody has open does not tell ten times a second that nobody hears it', async () => {
  const slice = await openSlice();
  const { fake } = await startFake(slice, 'radar');
  fake.type('presence still');
  await fake.said('what was typed', (line) => line === 'in the room: still');
  fake.type('distance 200');
  await fake.said('what was typed', (line) => line === '200 cm away');
  fake.type('quit');
  expect(await fake.end()).toMatchObject({ status: 0 });
  expect(fake.stdout).toHaveLength(3);
});
