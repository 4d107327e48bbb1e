import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type GnssDevice, createGnssDevice } from '#devices/gnss/gnssDevice.ts';
import { gnssProfiles } from '#devices/gnss/profiles.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import { distanceM } from '#protocol/core/distance.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { type Program, startProgram } from './program.ts';
import { realClock } from './uplinkWorld.ts';

/** What gpsd says of a fix (gpsd_json, TPV); mode 3 is one with height. */
interface Fix {
  class: string;
  mode: number;
  lat?: number;
  lon?: number;
  altMSL?: number;
  time?: string;
}

const malmo = { latitude: 55.605, longitude: 13.0038 };
const sydney = { latitude: -33.8688, longitude: 151.2093 };

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** gpsd on our receiver, and one of its own clients that writes down what it says. */
async function startGpsd(profile: keyof typeof gnssProfiles): Promise<{ device: GnssDevice; pipe: Program }> {
  const folder = mkdtempSync(join(tmpdir(), 'gpsd-'));
  const line = createPtyLine({ link: join(folder, 'ttyGNSS') });
  await line.ready;
  const device = createGnssDevice({
    line: line.device,
    clock: realClock,
    random: createSeededRandom(23),
    profile: gnssProfiles[profile],
    at: malmo,
  });
  onTestFinished(async () => {
    device.stop();
    await line.close();
    rmSync(folder, { recursive: true });
  });
  const port = await freePort();
  // In front, at once, on the loopback only (which is what it does without -G).
  const daemon = startProgram(['/usr/sbin/gpsd', '-N', '-n', '-D', '3', '-S', String(port), line.path]);
  await daemon.said('that it listens', (text) => text.includes('listening on port'));
  return { device, pipe: startProgram(['gpspipe', '-w', `127.0.0.1:${port}`]) };
}

function fixIn(text: string): Fix | undefined {
  if (!text.startsWith('{"class":"TPV"')) return undefined;
  return JSON.parse(text) as Fix;
}

function isAt(text: string, { latitude, longitude }: typeof malmo): boolean {
  const fix = fixIn(text);
  if (fix?.mode !== 3 || fix.lat === undefined || fix.lon === undefined || fix.time === undefined) return false;
  return distanceM({ latitude, longitude }, { latitude: fix.lat, longitude: fix.lon }) < 10;
}

test.for(Object.keys(gnssProfiles) as (keyof typeof gnssProfiles)[])(
  'gpsd takes our receiver (%s) for one: a fix with height where it stands, lost and found as it is told',
  async (profile) => {
    const { device, pipe } = await startGpsd(profile);
    const fix = fixIn(await pipe.said('a fix in Malmö', (text) => isAt(text, malmo)));
    expect(fix?.altMSL).toBeCloseTo(31, 0);
    expect(Math.abs(Date.parse(fix?.time ?? '') - realClock.wallMs())).toBeLessThan(60_000);
    device.obey('fix lost');
    await pipe.said('that the fix is lost', (text) => fixIn(text)?.mode === 1);
    device.obey(`at ${sydney.latitude} ${sydney.longitude}`);
    device.obey('fix found');
    await pipe.said('a fix in Sydney', (text) => isAt(text, sydney));
  },
);
