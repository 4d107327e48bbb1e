import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSerial } from '#agent/lines/serialLine.ts';
import { createFramer } from '#protocol/nmea/framer.ts';
import { type Gga, readGga } from '#protocol/nmea/gga.ts';
import { inTime, startProgram, welfareHub } from './program.ts';
import { createStory } from './uplinkWorld.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gnss-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A host on the real serial port, and what it hears. */
function openHost(link: string) {
  const framer = createFramer();
  const story = createStory<Gga>();
  const line = openSerial(link)(
    { baudRate: 9_600 },
    {
      opened() {},
      received(bytes) {
        for (const item of framer.push(bytes)) {
          const gga = item.kind === 'sentence' && item.sentence.type === 'GGA' ? readGga(item.sentence) : undefined;
          if (gga?.ok === true) story.tell(gga.value);
        }
      },
      closed() {},
    },
  );
  onTestFinished(() => line.close());
  return (what: string, fits: (gga: Gga) => boolean): Promise<Gga> => inTime(what, story.until(fits), () => link);
}

test('a fake receiver as a program drives along the track of a file, and obeys what somebody types', async () => {
  const folder = makeFolder();
  const link = join(folder, 'ttyGNSS');
  const track = join(folder, 'a walk.gpx');
  writeFileSync(track, '<gpx><trk><trkseg><trkpt lat="56" lon="12"/><trkpt lat="56.1" lon="12"/></trkseg></trk></gpx>');
  const device = startProgram(welfareHub('device', 'gnss', '--link', link, '--track', track));
  await device.said('where it is', (line) => line.includes(link));
  const heard = openHost(link);
  device.type('speed 300');
  const first = await heard('a fix on the track', ({ quality }) => quality === 1);
  await heard('a fix further on', ({ latitude = 0 }) => latitude > (first.latitude ?? 99) + 0.001);
  device.type('fix lost');
  await heard('that the fix is lost', ({ quality }) => quality === 0);
  device.type(`at -33.8688 151.2093`);
  device.type('fix found');
  await heard('a fix in Sydney', ({ latitude = 0 }) => Math.abs(latitude + 33.8688) < 0.001);
  device.type(`drive ${track}`);
  await heard('a fix on the track again', ({ latitude = 0 }) => latitude > 55);
  device.closeInput();
  expect((await device.end()).status).toBe(0);
});

test('a track that cannot be read ends the program with 2, and it is told why', async () => {
  const folder = makeFolder();
  const link = join(folder, 'ttyGNSS');
  const page = join(folder, 'page.html');
  writeFileSync(page, '<html></html>');
  const device = startProgram(welfareHub('device', 'gnss', '--link', link, '--track', page));
  expect((await device.end()).status).toBe(2);
  expect(device.stderr.join()).toContain(`${page}: this is no GPX file: it has no <gpx> element`);
});
